// SPDX-License-Identifier: MIT
// clip_curve: what a stage does to a signal that is too large for it, and how much it takes off
// between samples. Bent in this way a signal has overtones beyond half the sample rate: see
// oversampled_clip.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace gainstage::dsp {

/// hard: op-amps and converters. soft: tubes and transformers, which bend long before they stop.
enum class ClipShape { hard, soft };

/// The curve of a stage whose largest sine has that peak.
///   hard    straight up to the peak, flat beyond
///   soft    a tanh(x / a), a so that the sine of that peak has 1 % of third harmonic, as makers
///           state it: a tanh's third harmonic is (x / a)^2 / 12, so a = 2.887 peaks; it flattens
///           out 9.2 dB above the peak
struct ClipCurve {
    float peak = 1.0f; ///< above 0
    ClipShape shape = ClipShape::hard;

    static constexpr float peaks_to_the_flat = 2.8867513f; // 1 / sqrt(12 * 0.01)

    [[nodiscard]] float operator()(float x) const noexcept {
        if (shape == ClipShape::hard) {
            return std::clamp(x, -peak, peak);
        }
        const float flat = peaks_to_the_flat * peak;
        return flat * std::tanh(x / flat);
    }

    /// Up to here it leaves alone what is there: exactly, or to a third harmonic of -120 dB.
    [[nodiscard]] float straight_to() const noexcept {
        return shape == ClipShape::hard ? peak : 0.01f * peak;
    }
};

/// excess[n] = the mean of curve(x) - x, x going straight from from[n] to to[n]. Returns the
/// largest magnitude in `from` and `to`.
///   why     the mean over a stretch instead of its value at a point: overtones near the rate of
///           the points, which would fold down into the band, vanish in it
///   method  hard: in closed form. soft: Gauss and Legendre's rule, two points
///   error   hard: 4 roundings of the excess. soft: SIMD against scalar 1e-6 of |x|
float mean_excess(const float* from,
                  const float* to,
                  std::size_t frames,
                  ClipCurve curve,
                  float* excess) noexcept;

float mean_excess_scalar(const float* from,
                         const float* to,
                         std::size_t frames,
                         ClipCurve curve,
                         float* excess) noexcept;

} // namespace gainstage::dsp
