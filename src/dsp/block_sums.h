// SPDX-License-Identifier: MIT
// block_sums: what one look at a block of samples gives: peak, sum, sum of squares, and the product
// sum of a pair.
#pragma once

#include <cstddef>

namespace gainstage::dsp {

/// Of one channel's block. Sums are in double: a 10 ms block loses nothing an engineer could read.
struct BlockSums {
    float peak = 0.0f; ///< largest |x|; Inf or NaN if any sample is
    double sum = 0.0;
    double sum_of_squares = 0.0;
};

struct PairSums {
    BlockSums first;
    BlockSums second;
    double product = 0.0; ///< sum of first * second
};

/// first, second: `frames` samples each, any alignment.
///   error   SIMD against scalar: the order of the sums only, 1e-13 relative
[[nodiscard]] PairSums
block_sums(const float* first, const float* second, std::size_t frames) noexcept;
[[nodiscard]] BlockSums block_sums(const float* channel, std::size_t frames) noexcept;

[[nodiscard]] PairSums
block_sums_scalar(const float* first, const float* second, std::size_t frames) noexcept;
[[nodiscard]] BlockSums block_sums_scalar(const float* channel, std::size_t frames) noexcept;

} // namespace gainstage::dsp
