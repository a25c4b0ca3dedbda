// SPDX-License-Identifier: MIT
#include "master/programme.h"

#include <algorithm>

namespace gainstage::master {
namespace {
constexpr std::size_t kept_frames =
    1 << 16; // one allocation a second or so; the last one is at most this too long
}

Result<Programme> Programme::open(const std::filesystem::path& path,
                                  std::optional<Hertz> sample_rate,
                                  std::size_t memory_bytes) {
    Programme programme(path, sample_rate, memory_bytes);
    if (const Status opened = programme.reopen(); !opened) {
        return opened.error();
    }
    programme.info_ = programme.source_->info();
    if (const auto frames = programme.info_.frames) { // known to be too long: not even begun
        const auto channels = static_cast<std::uint64_t>(programme.info_.layout.channels());
        programme.keeping_ = *frames <= memory_bytes / (sizeof(float) * channels);
    }
    return programme;
}

Status Programme::reopen() {
    auto source = audio::io::open(path_);
    if (!source) {
        return source.error();
    }
    if (sample_rate_) {
        source = audio::io::resample(std::move(*source), *sample_rate_);
        if (!source) {
            return source.error();
        }
    }
    source_ = std::move(*source);
    place_ = 0;
    return Done{};
}

Status Programme::rewind() {
    if (frames_ && keeping_) {
        place_ = 0;
        return Done{};
    }
    if (!frames_) { // given up half way: what was kept would be kept twice
        kept_.clear();
        kept_until_ = 0;
    }
    return reopen();
}

Result<std::size_t> Programme::read(audio::AudioView out) {
    if (frames_ && keeping_) {
        return read_kept(out);
    }
    auto frames = source_->read(out);
    if (!frames) {
        return frames;
    }
    if (!frames_ && keeping_) {
        keep(out.first(*frames));
    }
    place_ += *frames;
    if (*frames == 0) {
        frames_ = place_;
        if (keeping_) {
            source_.reset();
        }
    }
    return frames;
}

void Programme::keep(audio::ConstAudioView block) {
    std::size_t taken = 0;
    while (taken < block.frames()) {
        const std::size_t used = kept_until_ % kept_frames;
        if (used == 0) {
            const std::size_t bytes =
                kept_frames * sizeof(float) * static_cast<std::size_t>(block.channels());
            if ((kept_.size() + 1) * bytes > memory_bytes_) {
                kept_.clear();
                keeping_ = false;
                return;
            }
            kept_.emplace_back(block.channels(), kept_frames);
        }
        const std::size_t frames = std::min(block.frames() - taken, kept_frames - used);
        audio::copy(block.slice(taken, frames), kept_.back().view().slice(used, frames));
        taken += frames;
        kept_until_ += frames;
    }
}

std::size_t Programme::read_kept(audio::AudioView out) {
    const auto frames =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.frames(), *frames_ - place_));
    std::size_t done = 0;
    while (done < frames) {
        const std::size_t from = place_ % kept_frames;
        const std::size_t count = std::min(frames - done, kept_frames - from);
        audio::copy(std::as_const(kept_[place_ / kept_frames]).view().slice(from, count),
                    out.slice(done, count));
        done += count;
        place_ += count;
    }
    return frames;
}

} // namespace gainstage::master
