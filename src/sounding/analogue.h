// SPDX-License-Identifier: MIT
// analogue: the part of a chain before its converter, as a Source around another. Private to
// sounding.
#pragma once

#include "audio/buffer.h"
#include "dsp/oversampled_clip.h"
#include "sounding/fft_filter.h"
#include "sounding/sounding.h"

#include <vector>

namespace gainstage::sounding {

/// Indices of those of chain.clips that the signal could reach.
std::vector<std::size_t> reachable_clips(const Chain& chain, Hertz sample_rate);

/// A place where the signal is bent: a clip point, and those behind it that bend the same shape, as
/// nothing between them changes it.
struct Bend {
    struct Point {
        std::size_t clip = 0; ///< index in Chain::clips
        float volts = 0.0f;   ///< the peak at which it clips, where the first one is
    };

    std::vector<Point> points;

    /// Of all of them.
    [[nodiscard]] dsp::ClipCurve curve(dsp::ClipShape shape) const;
};

std::vector<Bend> bends_at(const Chain& chain, const std::vector<std::size_t>& clips);

class Analogue final : public audio::io::Source {
public:
    /// What it gives is at `dry`'s rate and length, 1.0 is full scale.
    Analogue(std::unique_ptr<audio::io::Source> dry, const Chain& chain);

    [[nodiscard]] const audio::io::StreamInfo& info() const noexcept override {
        return dry_->info();
    }

    Result<std::size_t> read(audio::AudioView out) override;

    /// Indices of the clip points that bent something so far.
    [[nodiscard]] std::vector<std::size_t> bent() const;

private:
    /// One channel's, in turn: a filter, a clip, ..., a filter.
    struct Way {
        std::vector<FftFilter> filters;
        std::vector<dsp::OversampledClip> clips;
    };

    Result<bool> next_block();
    void through(Way& way, std::span<float> samples);

    std::unique_ptr<audio::io::Source> dry_;
    std::vector<Bend> bends_;
    std::vector<Way> ways_;
    audio::AudioBuffer block_;
    std::size_t ready_ = 0;  ///< frames of block_ that haven't been read, its last
    std::size_t skip_ = 0;   ///< of the way's delay, still to be dropped
    std::uint64_t owed_ = 0; ///< frames that came in and haven't gone out
    bool dry_ended_ = false;
};

} // namespace gainstage::sounding
