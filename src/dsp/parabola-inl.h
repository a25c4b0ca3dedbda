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

/// Three neighbours, turned over where the middle one is negative, and what is laid through them.
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
struct Neighbours {
    HWY_INLINE Neighbours(D d, V left, V at, V right) {
        namespace hn = hwy::HWY_NAMESPACE;
        const auto sign = hn::And(at, hn::SignBit(d));
        before = hn::Xor(left, sign);
        middle = hn::Xor(at, sign); // >= 0
        after = hn::Xor(right, sign);
    }

    HWY_INLINE auto middle_leads() const {
        namespace hn = hwy::HWY_NAMESPACE;
        return hn::And(hn::Ge(middle, before), hn::Ge(middle, after));
    }

    HWY_INLINE V slope() const { return hwy::HWY_NAMESPACE::Sub(before, after); }

    /// Both differences are exact and, where the middle leads, not negative: the bend can't fall
    /// under the slope by rounding where the three are almost equal.
    HWY_INLINE V bend() const {
        namespace hn = hwy::HWY_NAMESPACE;
        return hn::Add(hn::Sub(middle, before), hn::Sub(middle, after));
    }

    V before, middle, after;
};

/// The top of the parabola through three neighbours where the middle one has the largest magnitude,
/// otherwise 0.
///   out     at most 1.25 |b|: |a - c| <= 2|b|, and the bend is at least |a - c|
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V parabola_top(D d, V a, V b, V c) {
    namespace hn = hwy::HWY_NAMESPACE;
    const Neighbours<D> p(d, a, b, c);
    const auto slope = p.slope();
    const auto added =
        hn::Div(hn::Mul(slope, slope), hn::MulAdd(p.bend(), hn::Set(d, 8.0f), hn::Set(d, 1e-30f)));
    return hn::IfThenElseZero(p.middle_leads(), hn::Add(p.middle, added));
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#endif
