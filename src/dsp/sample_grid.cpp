// SPDX-License-Identifier: MIT
#include "dsp/sample_grid.h"
#include "audio/simd_targets.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/sample_grid.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// An out parameter: HWY_EXPORT tables hold plain functions of the same signature for every target.
void use(const float* HWY_RESTRICT samples, std::size_t frames, GridUse& out) {
    const hn::ScalableTag<float> d;
    const hn::RebindToSigned<decltype(d)> di;
    const std::size_t lanes = hn::Lanes(d);
    const auto scale = hn::Set(d, 8388608.0f); // 2^23
    auto bits = hn::Zero(di);
    auto differing = hn::Zero(di);
    std::size_t n = 0;
    for (; n + lanes <= frames; n += lanes) {
        const auto scaled = hn::Mul(hn::LoadU(d, samples + n), scale);
        const auto nearest = hn::NearestInt(scaled);
        const auto missed = hn::Ne(hn::ConvertTo(d, nearest), scaled);
        differing = hn::Or(differing, hn::VecFromMask(di, hn::RebindMask(di, missed)));
        bits = hn::Or(bits, nearest);
    }
    alignas(64) std::int32_t lane_bits[HWY_MAX_BYTES / sizeof(std::int32_t)];
    hn::Store(bits, di, lane_bits);
    out = {.bits = 0, .off_grid = !hn::AllTrue(di, hn::Eq(differing, hn::Zero(di)))};
    for (std::size_t i = 0; i < lanes; ++i) {
        out.bits |= static_cast<std::uint32_t>(lane_bits[i]);
    }
    out = out | grid_use_scalar(samples + n, frames - n);
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(use);

GridUse grid_use_scalar(const float* samples, std::size_t frames) noexcept {
    constexpr float scale = 8388608.0f;        // 2^23
    constexpr float too_large = 2147483648.0f; // 2^31
    GridUse out;
    for (std::size_t n = 0; n < frames; ++n) {
        const float scaled = samples[n] * scale;
        if (!(std::abs(scaled) < too_large) || std::nearbyint(scaled) != scaled) {
            out.off_grid = true;
        } else {
            out.bits |= static_cast<std::uint32_t>(static_cast<std::int32_t>(scaled));
        }
    }
    return out;
}

GridUse grid_use(const float* samples, std::size_t frames) noexcept {
    GridUse out;
    HWY_DYNAMIC_DISPATCH(use)(samples, frames, out);
    return out;
}

} // namespace gainstage::dsp

#endif // HWY_ONCE
