// SPDX-License-Identifier: MIT
// clipping: what a stage does to a signal that is too large for it.
#pragma once

#include <algorithm>
#include <cmath>

namespace gainstage::sounding {

/// hard: op-amps and converters. soft: tubes and transformers, which bend long before they stop.
enum class ClipShape { hard, soft };

/// The curve of a stage whose largest sine has that peak.
///   hard    straight up to the peak, flat beyond
///   soft    a tanh(x / a), a so that the sine of that peak has 1 % of third harmonic, as makers
///           state it: a tanh's third harmonic is (x / a)^2 / 12, so a = 2.887 peaks; it flattens
///           out 9.2 dB above the peak
inline float clipped(float x, float peak, ClipShape shape) noexcept {
    if (shape == ClipShape::hard) {
        return std::clamp(x, -peak, peak);
    }
    constexpr float peaks_to_the_flat = 2.8867513f; // 1 / sqrt(12 * 0.01)
    const float flat = peaks_to_the_flat * peak;
    return flat * std::tanh(x / flat);
}

} // namespace gainstage::sounding
