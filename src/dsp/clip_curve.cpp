// SPDX-License-Identifier: MIT
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/clip_curve.cpp"
#include <hwy/foreach_target.h> // compiles this file once for every instruction set, then the rest below once

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "dsp/clip_curve.h"

#ifndef GAINSTAGE_CLIP_CURVE_SCALAR
#define GAINSTAGE_CLIP_CURVE_SCALAR

#include <limits>

namespace gainstage::dsp {

/// How far the way from `from` to `to` is above the peak, on average.
///   why     (b^2 - a^2) / (2 |to - from|), a and b what its ends are over, as one fraction loses
///           all digits where the ends are close: if both are over, it is their mean; if one is,
///           the other is 0
inline float mean_over(float from, float to, float peak) noexcept {
    const float a = std::max(from - peak, 0.0f);
    const float b = std::max(to - peak, 0.0f);
    const float both = a + b;
    const float way = std::max(std::abs(to - from), std::numeric_limits<float>::min());
    return 0.5f * both * (a > 0.0f && b > 0.0f ? 1.0f : both / way);
}

inline float hard_excess(float from, float to, float peak) noexcept {
    return mean_over(-from, -to, peak) - mean_over(from, to, peak);
}

/// Points of the Gauss-Legendre rule of order 2 on 0 to 1: (1 -+ 1 / sqrt(3)) / 2. As exact as
/// Simpson's with a point less.
inline constexpr float gauss_near = 0.21132487f;

inline float soft_excess(float from, float to, ClipCurve curve) noexcept {
    const float step = gauss_near * (to - from);
    const auto excess = [&](float x) { return curve(x) - x; };
    return 0.5f * (excess(from + step) + excess(to - step));
}

/// What of it the kernel has done.
struct ExcessDone {
    std::size_t frames;
    float largest; ///< magnitude in them
};

} // namespace gainstage::dsp
#endif

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using CurveTag = hn::ScalableTag<float>;
using CurveVector = hn::Vec<CurveTag>;

HWY_INLINE CurveVector mean_over_of(CurveVector from, CurveVector to, CurveVector peak) {
    const CurveTag d;
    const auto zero = hn::Zero(d);
    const auto a = hn::Max(hn::Sub(from, peak), zero);
    const auto b = hn::Max(hn::Sub(to, peak), zero);
    const auto both = hn::Add(a, b);
    const auto way =
        hn::Max(hn::Abs(hn::Sub(to, from)), hn::Set(d, std::numeric_limits<float>::min()));
    const auto share = hn::IfThenElse(hn::And(hn::Gt(a, zero), hn::Gt(b, zero)), hn::Set(d, 1.0f),
                                      hn::Div(both, way));
    return hn::Mul(hn::Mul(hn::Set(d, 0.5f), both), share);
}

struct Hard {
    CurveVector peak;

    HWY_INLINE CurveVector operator()(CurveVector from, CurveVector to) const {
        return hn::Sub(mean_over_of(hn::Neg(from), hn::Neg(to), peak),
                       mean_over_of(from, to, peak));
    }
};

struct Soft {
    CurveVector flat;
    CurveVector one_over_flat;

    HWY_INLINE CurveVector at(CurveVector x) const {
        const CurveTag d;
        return hn::MulSub(flat, hn::Tanh(d, hn::Mul(x, one_over_flat)), x);
    }

    HWY_INLINE CurveVector operator()(CurveVector from, CurveVector to) const {
        const CurveTag d;
        const auto step = hn::Mul(hn::Set(d, gauss_near), hn::Sub(to, from));
        const auto sum = hn::Add(at(hn::Add(from, step)), at(hn::Sub(to, step)));
        return hn::Mul(hn::Set(d, 0.5f), sum);
    }
};

template <typename Excess>
HWY_INLINE float excess_along(const float* HWY_RESTRICT from,
                              const float* HWY_RESTRICT to,
                              std::size_t frames,
                              const Excess& excess,
                              float* HWY_RESTRICT out) {
    const CurveTag d;
    const std::size_t lanes = hn::Lanes(d);
    auto largest = hn::Zero(d);
    for (std::size_t n = 0; n + lanes <= frames; n += lanes) {
        const auto a = hn::LoadU(d, from + n);
        const auto b = hn::LoadU(d, to + n);
        largest = hn::Max(largest, hn::Max(hn::Abs(a), hn::Abs(b)));
        hn::StoreU(excess(a, b), d, out + n);
    }
    return hn::GetLane(hn::MaxOfLanes(d, largest));
}

/// Leaves out `frames` % lanes at the end.
ExcessDone excess_kernel(const float* HWY_RESTRICT from,
                         const float* HWY_RESTRICT to,
                         std::size_t frames,
                         ClipCurve curve,
                         float* HWY_RESTRICT out) {
    const CurveTag d;
    const std::size_t done = frames - frames % hn::Lanes(d);
    if (curve.shape == ClipShape::hard) {
        return {done, excess_along(from, to, done, Hard{hn::Set(d, curve.peak)}, out)};
    }
    const float flat = ClipCurve::peaks_to_the_flat * curve.peak;
    return {done,
            excess_along(from, to, done, Soft{hn::Set(d, flat), hn::Set(d, 1.0f / flat)}, out)};
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(excess_kernel);

float mean_excess(const float* from,
                  const float* to,
                  std::size_t frames,
                  ClipCurve curve,
                  float* excess) noexcept {
    const ExcessDone done = HWY_DYNAMIC_DISPATCH(excess_kernel)(from, to, frames, curve, excess);
    const float largest = mean_excess_scalar(from + done.frames, to + done.frames,
                                             frames - done.frames, curve, excess + done.frames);
    return std::max(done.largest, largest);
}

float mean_excess_scalar(const float* from,
                         const float* to,
                         std::size_t frames,
                         ClipCurve curve,
                         float* excess) noexcept {
    float largest = 0.0f;
    for (std::size_t n = 0; n < frames; ++n) {
        largest = std::max({largest, std::abs(from[n]), std::abs(to[n])});
        excess[n] = curve.shape == ClipShape::hard ? hard_excess(from[n], to[n], curve.peak)
                                                   : soft_excess(from[n], to[n], curve);
    }
    return largest;
}

} // namespace gainstage::dsp
#endif
