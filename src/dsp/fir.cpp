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

void fir_kernel(const float* HWY_RESTRICT in,
                const float* HWY_RESTRICT taps,
                std::size_t tap_count,
                float* HWY_RESTRICT out,
                std::size_t frames) {
    const hn::ScalableTag<float> d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t n = 0;
    // Eight sums: a tap is loaded once for all, and the additions' latency is hidden.
    for (; n + 8 * lanes <= frames; n += 8 * lanes) {
        auto a = hn::LoadU(d, out + n);
        auto b = hn::LoadU(d, out + n + lanes);
        auto c = hn::LoadU(d, out + n + 2 * lanes);
        auto e = hn::LoadU(d, out + n + 3 * lanes);
        auto f = hn::LoadU(d, out + n + 4 * lanes);
        auto g = hn::LoadU(d, out + n + 5 * lanes);
        auto h = hn::LoadU(d, out + n + 6 * lanes);
        auto i = hn::LoadU(d, out + n + 7 * lanes);
        for (std::size_t k = 0; k < tap_count; ++k) {
            const auto tap = hn::Set(d, taps[k]);
            const float* const x = in + n + k;
            a = hn::MulAdd(tap, hn::LoadU(d, x), a);
            b = hn::MulAdd(tap, hn::LoadU(d, x + lanes), b);
            c = hn::MulAdd(tap, hn::LoadU(d, x + 2 * lanes), c);
            e = hn::MulAdd(tap, hn::LoadU(d, x + 3 * lanes), e);
            f = hn::MulAdd(tap, hn::LoadU(d, x + 4 * lanes), f);
            g = hn::MulAdd(tap, hn::LoadU(d, x + 5 * lanes), g);
            h = hn::MulAdd(tap, hn::LoadU(d, x + 6 * lanes), h);
            i = hn::MulAdd(tap, hn::LoadU(d, x + 7 * lanes), i);
        }
        hn::StoreU(a, d, out + n);
        hn::StoreU(b, d, out + n + lanes);
        hn::StoreU(c, d, out + n + 2 * lanes);
        hn::StoreU(e, d, out + n + 3 * lanes);
        hn::StoreU(f, d, out + n + 4 * lanes);
        hn::StoreU(g, d, out + n + 5 * lanes);
        hn::StoreU(h, d, out + n + 6 * lanes);
        hn::StoreU(i, d, out + n + 7 * lanes);
    }
    for (; n + 4 * lanes <= frames; n += 4 * lanes) {
        auto a = hn::LoadU(d, out + n);
        auto b = hn::LoadU(d, out + n + lanes);
        auto c = hn::LoadU(d, out + n + 2 * lanes);
        auto e = hn::LoadU(d, out + n + 3 * lanes);
        for (std::size_t k = 0; k < tap_count; ++k) {
            const auto tap = hn::Set(d, taps[k]);
            const float* const x = in + n + k;
            a = hn::MulAdd(tap, hn::LoadU(d, x), a);
            b = hn::MulAdd(tap, hn::LoadU(d, x + lanes), b);
            c = hn::MulAdd(tap, hn::LoadU(d, x + 2 * lanes), c);
            e = hn::MulAdd(tap, hn::LoadU(d, x + 3 * lanes), e);
        }
        hn::StoreU(a, d, out + n);
        hn::StoreU(b, d, out + n + lanes);
        hn::StoreU(c, d, out + n + 2 * lanes);
        hn::StoreU(e, d, out + n + 3 * lanes);
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
