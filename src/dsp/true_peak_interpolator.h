// SPDX-License-Identifier: MIT
// TruePeakInterpolator: the largest magnitude between samples, for one channel of a stream. The
// everyday tier: short enough for every block, flat enough for a meter and a limiter. A promise on
// a written file is checked with the dense one (dense_interpolator.h).
#pragma once

#include "units/quantity.h"

#include <array>
#include <cstddef>
#include <span>

namespace gainstage::dsp {

struct TruePeakTaps;

/// Four times (or twice) oversampled peak by a 24-tap polyphase FIR. Phase 0 is the sample itself,
/// so a sample peak is never under-read; the quarter phases mirror each other.
///   in      finite samples, linear, full scale = 1.0
///   out     linear magnitude, >= 0
///   ripple  of the interpolated points: -0.062/+0.045 dB up to 0.4167 fs (20 kHz at 48 kHz),
///   -0.062/+0.097 dB up to 0.44 fs,
///           -0.48 dB at 0.4535 fs (20 kHz at 44.1 kHz); DC exact
///   error   besides: a four-times grid misses at most -20 log10 cos(pi f / (4 fs)): 0.47 dB at 20
///   kHz, 48 kHz; 0.17 dB at fs/4 source  ITU-R BS.1770-5 Annex 2 asks for four times at 48 kHz and
///   allows better filters than its own, which ripples by
///           0.11 dB; this one is least squares over 0..0.45 fs (interpolation_filter.h)
class TruePeakInterpolator {
public:
    static constexpr std::size_t taps = 24;
    static constexpr std::size_t latency_frames = taps / 2;

    /// Oversampling that BS.1770-5 Annex 2 asks for: 4 below 96 kHz, 2 below 192 kHz, 1 from there
    /// on.
    static int factor_for(Hertz sample_rate) noexcept;

    explicit TruePeakInterpolator(int factor = 4); // [main] factor 1, 2 or 4

    void reset() noexcept; // [audio]

    /// peaks[n]: the largest of |x| at the sample m = n - latency_frames and at the points between
    /// m and m + 1. Before the stream there is silence. Returns the largest. Any cut of the stream
    /// into blocks gives the same values to the bit.
    float process(std::span<const float> in,
                  std::span<float> peaks) noexcept; // [audio] both of the same length

    /// The largest of what process() would have written, if that is above `floor`; otherwise some
    /// value that isn't. A floor makes it several times faster on material with quiet stretches:
    /// most of it can't hold the maximum.
    float peak(std::span<const float> in, float floor = 0.0f) noexcept; // [audio]

    /// The largest that is still in the filter: what latency_frames of silence would bring out.
    [[nodiscard]] float remaining_peak() const noexcept; // [audio]

    /// No output is larger than this times the largest |x| under the filter (its largest L1 norm,
    /// rounding included).
    [[nodiscard]] static float gain_bound() noexcept;

private:
    float run(std::span<const float> in, float floor, float* peaks) noexcept;

    int factor_;
    const TruePeakTaps* taps_;
    std::array<float, taps - 1> history_{};
};

} // namespace gainstage::dsp
