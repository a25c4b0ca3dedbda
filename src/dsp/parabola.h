// SPDX-License-Identifier: MIT
// parabola: the top of the curve between equally spaced points, one at a time. Its SIMD twin is
// parabola-inl.h.
#pragma once

#include <cmath>

namespace gainstage::dsp {

/// The top of the parabola through three neighbours where the middle one has the largest magnitude,
/// otherwise 0.
[[nodiscard]] inline float parabola_top(float a, float b, float c) noexcept {
    const float sign = std::signbit(b) ? -1.0f : 1.0f;
    a *= sign;
    b *= sign;
    c *= sign;
    const float slope = a - c;
    const float bend = (b - a) + (b - c); // exact differences: never under the slope by rounding
    return b >= a && b >= c ? b + slope * slope / (bend * 8.0f + 1e-30f) : 0.0f;
}

} // namespace gainstage::dsp
