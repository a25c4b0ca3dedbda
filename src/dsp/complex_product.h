// SPDX-License-Identifier: MIT
// complex_product: two spectra multiplied bin by bin, what filters in the frequency domain do.
#pragma once

#include <complex>
#include <span>

namespace gainstage::dsp {

/// in_out[k] *= by[k]; as many of each, finite.
///   error   SIMD against scalar: one rounding of each product
void multiply(std::span<std::complex<float>> in_out,
              std::span<const std::complex<float>> by) noexcept;

void multiply_scalar(std::span<std::complex<float>> in_out,
                     std::span<const std::complex<float>> by) noexcept;

} // namespace gainstage::dsp
