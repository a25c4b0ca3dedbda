// SPDX-License-Identifier: MIT
// parabola: the top of the curve between equally spaced points, on SIMD vectors. Included by
// kernels between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE's file parts, once for each target.
#if defined(GAINSTAGE_DSP_PARABOLA_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef GAINSTAGE_DSP_PARABOLA_INL
#undef GAINSTAGE_DSP_PARABOLA_INL
#else
#define GAINSTAGE_DSP_PARABOLA_INL
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {

/// The top of the parabola through three neighbours where the middle one has the largest magnitude,
/// otherwise 0.
///   out     at most 1.25 |b|: |a - c| <= 2|b|, and the bend is at least |a - c|
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V parabola_top(D d, V a, V b, V c) {
    namespace hn = hwy::HWY_NAMESPACE;
    const auto sign = hn::And(b, hn::SignBit(d));
    a = hn::Xor(a, sign);
    b = hn::Xor(b, sign); // b >= 0
    c = hn::Xor(c, sign);
    const auto is_top = hn::And(hn::Ge(b, a), hn::Ge(b, c));
    const auto slope = hn::Sub(a, c);
    // Both differences are exact and not negative, so the bend can't fall under the slope by
    // rounding where the three are almost equal.
    const auto bend = hn::Add(hn::Sub(b, a), hn::Sub(b, c));
    const auto added =
        hn::Div(hn::Mul(slope, slope), hn::MulAdd(bend, hn::Set(d, 8.0f), hn::Set(d, 1e-30f)));
    return hn::IfThenElseZero(is_top, hn::Add(b, added));
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#endif
