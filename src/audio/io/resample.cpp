// SPDX-License-Identifier: MIT
#include "audio/buffer.h"
#include "audio/io/source.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>

namespace gainstage::audio::io {
namespace {

struct FreeSoxr {
    void operator()(soxr* resampler) const noexcept { soxr_delete(resampler); }
};

constexpr double steep_pass_band = 0.99;

class ResampledSource final : public Source {
public:
    ResampledSource(std::unique_ptr<Source> source, Hertz sample_rate, Slope slope)
        : source_(std::move(source)), info_(source_->info()),
          ratio_(sample_rate.value() / info_.sample_rate.value()),
          in_(info_.layout.channels(), block_frames),
          from_(static_cast<std::size_t>(in_.channels())),
          to_(static_cast<std::size_t>(in_.channels())) {
        const double in_rate = info_.sample_rate.value();
        info_.sample_rate = sample_rate;
        if (info_.frames) {
            info_.frames = frames_after(*info_.frames);
        }
        const auto format = soxr_io_spec(SOXR_FLOAT32_S, SOXR_FLOAT32_S);
        // Without the flag, libsoxr lets the top of the pass band droop by up to 0.01 dB: a tone at
        // 0.4 of the rate then differs from itself by -79 dB instead of -145 dB.
        auto quality = soxr_quality_spec(SOXR_VHQ, SOXR_ROLLOFF_NONE);
        if (slope == Slope::steep) {
            quality.passband_end = steep_pass_band;
        }
        const auto runtime = soxr_runtime_spec(1);
        soxr_error_t failed = nullptr;
        resampler_.reset(soxr_create(in_rate, sample_rate.value(),
                                     static_cast<unsigned>(in_.channels()), &failed, &format,
                                     &quality, &runtime));
    }

    [[nodiscard]] bool ok() const noexcept { return resampler_ != nullptr; }

    [[nodiscard]] const StreamInfo& info() const noexcept override { return info_; }

    Result<std::size_t> read(AudioView out) override {
        std::size_t filled = 0;
        while (filled < out.frames()) {
            if (pending_ == 0 && !in_ended_) {
                fill_input();
            }
            const std::size_t made = convert(out.slice(filled, out.frames() - filled));
            filled += made;
            if (made == 0 && in_ended_) {
                filled += end(out.slice(filled, out.frames() - filled));
                break;
            }
        }
        if (filled == 0 && failure_ && out.frames() > 0) {
            return *failure_; // what could be read before it has been handed out
        }
        return filled;
    }

private:
    static constexpr std::size_t block_frames = 4096;

    [[nodiscard]] std::uint64_t frames_after(std::uint64_t frames) const {
        return static_cast<std::uint64_t>(std::llround(static_cast<double>(frames) * ratio_));
    }

    void fill_input() {
        const auto read = source_->read(in_.view());
        first_ = 0;
        if (!read) {
            failure_ = read.error();
            in_ended_ = true;
            return;
        }
        for (int c = 0; c < in_.channels(); ++c) {
            // One NaN would blank a whole block of the filter's output.
            std::ranges::replace_if(
                in_.channel(c).first(*read), [](float x) { return !std::isfinite(x); }, 0.0f);
        }
        pending_ = *read;
        frames_in_ += *read;
        in_ended_ = *read == 0;
    }

    /// Until the exact length is reached; only meaningful once the input has ended.
    [[nodiscard]] std::uint64_t frames_left() const {
        const std::uint64_t whole = frames_after(frames_in_);
        return whole - std::min(whole, frames_out_);
    }

    /// As many frames as the resampler has ready.
    std::size_t convert(AudioView out) {
        std::size_t room = out.frames();
        if (in_ended_) { // never more than the exact length
            room = static_cast<std::size_t>(std::min<std::uint64_t>(room, frames_left()));
        }
        for (int c = 0; c < in_.channels(); ++c) {
            from_[static_cast<std::size_t>(c)] = in_.channel(c).data() + first_;
            to_[static_cast<std::size_t>(c)] = out.channel(c).data();
        }
        std::size_t used = 0;
        std::size_t made = 0;
        soxr_process(resampler_.get(), in_ended_ ? nullptr : static_cast<const void*>(from_.data()),
                     pending_, &used, to_.data(), room, &made);
        first_ += used;
        pending_ -= used;
        frames_out_ += made;
        return made;
    }

    /// The last frame or two where libsoxr rounded the length the other way: silence.
    std::size_t end(AudioView out) {
        const auto missing =
            static_cast<std::size_t>(std::min<std::uint64_t>(out.frames(), frames_left()));
        out.first(missing).clear();
        frames_out_ += missing;
        return missing;
    }

    std::unique_ptr<Source> source_;
    StreamInfo info_;
    double ratio_;
    AudioBuffer in_;
    std::vector<const float*> from_;
    std::vector<float*> to_;
    std::unique_ptr<soxr, FreeSoxr> resampler_;
    std::size_t first_ = 0;   ///< of the frames in in_ that libsoxr hasn't taken yet
    std::size_t pending_ = 0; ///< how many there are
    std::uint64_t frames_in_ = 0;
    std::uint64_t frames_out_ = 0;
    bool in_ended_ = false;
    std::optional<Error> failure_;
};

} // namespace

Result<std::unique_ptr<Source>>
resample(std::unique_ptr<Source> source, Hertz sample_rate, Slope slope) {
    if (source->info().sample_rate.value() == sample_rate.value()) {
        return source;
    }
    if (!(sample_rate.value() >= lowest_sample_rate.value() &&
          sample_rate.value() <= highest_sample_rate.value())) {
        return Error{ErrorKind::usage, "", "can't resample to less than 8 kHz or more than 768 kHz",
                     "choose another rate"};
    }
    auto resampled = std::make_unique<ResampledSource>(std::move(source), sample_rate, slope);
    if (!resampled->ok()) {
        return Error{ErrorKind::internal, "", "the resampler can't do this pair of rates", ""};
    }
    return std::unique_ptr<Source>(std::move(resampled));
}

} // namespace gainstage::audio::io
