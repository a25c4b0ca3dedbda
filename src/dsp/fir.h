// SPDX-License-Identifier: MIT
// fir: a short FIR over a line of samples, added to what is there: what polyphase interpolators,
// decimators and differentiators are made of. Long filters are sounding's fft_filter.
#pragma once

#include <cstddef>
#include <span>

namespace gainstage::dsp {

/// out[n] += sum_k taps[k] in[n + k]: a correlation, so a filter's taps come last first.
///   in      in[0 .. frames + taps.size() - 1), not out's memory; any alignment
///   error   SIMD against scalar: one rounding a tap more or less
void add_fir(const float* in, std::span<const float> taps, float* out, std::size_t frames) noexcept;

void add_fir_scalar(const float* in,
                    std::span<const float> taps,
                    float* out,
                    std::size_t frames) noexcept;

} // namespace gainstage::dsp
