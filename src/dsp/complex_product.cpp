// SPDX-License-Identifier: MIT
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/complex_product.cpp"
#include <hwy/foreach_target.h> // compiles this file once for every instruction set, then the rest below once

#include <hwy/highway.h>

#include "dsp/complex_product.h"

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Real and imaginary parts in turn, `count` of both together, even; returns how many are done.
std::size_t multiply_parts([[maybe_unused]] float* HWY_RESTRICT x,
                           [[maybe_unused]] const float* HWY_RESTRICT by,
                           [[maybe_unused]] std::size_t count) {
#if HWY_TARGET == HWY_SCALAR // one lane has no pairs
    return 0;
#else
    const hn::ScalableTag<float> d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t k = 0;
    for (; k + lanes <= count; k += lanes) {
        const auto a = hn::LoadU(d, x + k);
        const auto b = hn::LoadU(d, by + k);
        const auto crossed = hn::Mul(hn::Reverse2(d, a), hn::DupOdd(b)); // a.im b.im, a.re b.im
        hn::StoreU(hn::MulAdd(a, hn::DupEven(b), hn::OddEven(crossed, hn::Neg(crossed))), d, x + k);
    }
    return k;
#endif
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(multiply_parts);

void multiply(std::span<std::complex<float>> in_out,
              std::span<const std::complex<float>> by) noexcept {
    // A complex number is an array of two of its parts: [complex.numbers.general], 4.
    const std::size_t done = HWY_DYNAMIC_DISPATCH(multiply_parts)(
                                 reinterpret_cast<float*>(in_out.data()),
                                 reinterpret_cast<const float*>(by.data()), 2 * in_out.size()) /
                             2;
    multiply_scalar(in_out.subspan(done), by.subspan(done));
}

void multiply_scalar(std::span<std::complex<float>> in_out,
                     std::span<const std::complex<float>> by) noexcept {
    for (std::size_t k = 0; k < in_out.size(); ++k) {
        const std::complex<float> x = in_out[k];
        const std::complex<float> h = by[k]; // by hand: operator* looks for infinities
        in_out[k] = {x.real() * h.real() - x.imag() * h.imag(),
                     x.real() * h.imag() + x.imag() * h.real()};
    }
}

} // namespace gainstage::dsp
#endif
