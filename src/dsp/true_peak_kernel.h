// SPDX-License-Identifier: MIT
// true_peak_kernel: the inner loop of TruePeakInterpolator, as SIMD and as its scalar sibling,
// which specifies it. Internal to dsp and its tests; use TruePeakInterpolator.
#pragma once

#include <cstddef>

namespace gainstage::dsp {

/// The phases 1/4, 1/2 and 3/4, folded: with s_k = x[11-k] + x[12+k] and d_k = x[11-k] - x[12+k],
/// y(1/2) = sum middle_k s_k, y(1/4) = sum even_k s_k + sum odd_k d_k, y(3/4) = sum even_k s_k -
/// sum odd_k d_k.
struct TruePeakTaps {
    static constexpr std::size_t half = 12;
    float even[half];
    float odd[half];
    float middle[half];
    float gain_bound;
};

[[nodiscard]] const TruePeakTaps& true_peak_taps();

/// padded: frames + 2 half - 1 samples. peaks: frames values, or nullptr. Returns the largest.
///   error   SIMD against scalar: float rounding of 36 terms, below 1e-5 of the largest sample
float true_peak_scalar(
    int factor, const float* padded, std::size_t frames, const TruePeakTaps& taps, float* peaks);

/// floor: without `peaks`, a stretch whose samples times gain_bound don't exceed it is skipped;
/// what is returned is the largest if that is above floor, and otherwise some value up to the
/// largest.
float true_peak_simd(int factor,
                     const float* padded,
                     std::size_t frames,
                     const TruePeakTaps& taps,
                     float floor,
                     float* peaks);

} // namespace gainstage::dsp
