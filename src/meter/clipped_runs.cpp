// SPDX-License-Identifier: MIT
#include "meter/clipped_runs.h"

namespace gainstage::meter {

void ClippedRuns::prepare(const audio::Spec& spec, const BridgeOptions&) {
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    listed_.clear();
    listed_.reserve(most_listed);
}

void ClippedRuns::reset() noexcept {
    std::ranges::fill(channels_, Channel{});
    listed_.clear();
}

void ClippedRuns::process(const Cell& cell) noexcept {
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        if (cell.channels[c].sample_peak >= threshold) {
            scan(cell, static_cast<int>(c));
        } else if (cell.frames() > 0) {
            channels_[c].open_frames = 0;
            channels_[c].listed_at = most_listed;
        }
    }
}

void ClippedRuns::scan(const Cell& cell, int index) noexcept {
    Channel& channel = channels_[static_cast<std::size_t>(index)];
    const auto samples = cell.audio.channel(index);
    for (std::size_t n = 0; n < samples.size(); ++n) {
        if (!(std::abs(samples[n]) >= threshold)) {
            channel.open_frames = 0;
            channel.listed_at = most_listed;
            continue;
        }
        ++channel.open_frames;
        if (channel.open_frames == least_frames) {
            ++channel.runs;
            if (listed_.size() < most_listed) {
                channel.listed_at = listed_.size();
                listed_.push_back({.channel = index,
                                   .first_frame = cell.first_frame + n + 1 - least_frames,
                                   .frames = 0});
            }
        }
        if (channel.listed_at < most_listed) {
            listed_[channel.listed_at].frames = channel.open_frames;
        }
    }
}

std::uint64_t ClippedRuns::value() const noexcept {
    std::uint64_t runs = 0;
    for (const Channel& channel : channels_) {
        runs += channel.runs;
    }
    return runs;
}

std::uint64_t ClippedRuns::channel(int index) const noexcept {
    return channels_[static_cast<std::size_t>(index)].runs;
}

void ClippedRuns::read(Measurement& into) const {
    into.set(clipped_runs, static_cast<double>(value()));
    for (int c = 0; c < into.layout.channels(); ++c) {
        into.set(clipped_runs, static_cast<double>(channel(c)), c);
    }
    into.clipped_runs = listed_;
    std::ranges::sort(into.clipped_runs, [](const ClippedRun& a, const ClippedRun& b) {
        return a.first_frame != b.first_frame ? a.first_frame < b.first_frame
                                              : a.channel < b.channel;
    });
}

} // namespace gainstage::meter
