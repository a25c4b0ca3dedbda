// SPDX-License-Identifier: MIT
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/fir.cpp"
#include <hwy/foreach_target.h> // compiles this file once for every instruction set, then the rest below once

#include <hwy/highway.h>

#include "dsp/fir.h"

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// `vectors` registers of the output: a tap is loaded once for all, and the additions' latency is
/// hidden.
template <std::size_t vectors>
HWY_INLINE void fir_block(const float* HWY_RESTRICT in,
                          const float* HWY_RESTRICT taps,
                          std::size_t tap_count,
                          float* HWY_RESTRICT out) {
    const hn::ScalableTag<float> d;
    hn::Vec<decltype(d)> sum[vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < vectors; ++v) {
        sum[v] = hn::LoadU(d, out + v * hn::MaxLanes(d));
    }
    for (std::size_t k = 0; k < tap_count; ++k) {
        const auto tap = hn::Set(d, taps[k]);
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v) {
            sum[v] = hn::MulAdd(tap, hn::LoadU(d, in + k + v * hn::MaxLanes(d)), sum[v]);
        }
    }
#pragma GCC unroll 8
    for (std::size_t v = 0; v < vectors; ++v) {
        hn::StoreU(sum[v], d, out + v * hn::MaxLanes(d));
    }
}

void fir_kernel(const float* HWY_RESTRICT in,
                const float* HWY_RESTRICT taps,
                std::size_t tap_count,
                float* HWY_RESTRICT out,
                std::size_t frames) {
    constexpr std::size_t lanes = hn::MaxLanes(hn::ScalableTag<float>{});
    std::size_t n = 0;
    for (; n + 8 * lanes <= frames; n += 8 * lanes) {
        fir_block<8>(in + n, taps, tap_count, out + n);
    }
    for (; n + lanes <= frames; n += lanes) {
        fir_block<1>(in + n, taps, tap_count, out + n);
    }
    for (; n < frames; ++n) {
        float sum = out[n];
        for (std::size_t k = 0; k < tap_count; ++k) {
            sum += taps[k] * in[n + k];
        }
        out[n] = sum;
    }
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(fir_kernel);

void add_fir(const float* in,
             std::span<const float> taps,
             float* out,
             std::size_t frames) noexcept {
    HWY_DYNAMIC_DISPATCH(fir_kernel)(in, taps.data(), taps.size(), out, frames);
}

void add_fir_scalar(const float* in,
                    std::span<const float> taps,
                    float* out,
                    std::size_t frames) noexcept {
    for (std::size_t n = 0; n < frames; ++n) {
        for (std::size_t k = 0; k < taps.size(); ++k) {
            out[n] += taps[k] * in[n + k];
        }
    }
}

} // namespace gainstage::dsp
#endif
