// SPDX-License-Identifier: MIT
// BoxSmoother: a smooth, non-negative FIR of any length at constant cost: three running means, one
// after the other (a quadratic B-spline). Sums are integers, so nothing drifts: after a constant as
// long as the filter, the output is that constant exactly. For control signals, not for audio.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gainstage::dsp {

/// Weights are non-negative and their sum is 1: the output never exceeds the largest input in the
/// last length() values.
///   in      0..1
///   out     0..1, length() - 1 values of delay at most, half of it on average
///   error   inputs are rounded up to 2^-28 (at most 3.7e-9 too much, never too little); sums are
///   exact range   length() <= 3 * 2560 + 1: 10 ms at 768 kHz. 28 bits + 3 * log2(2560) = 62 bits
class BoxSmoother {
public:
    static constexpr std::size_t max_length = 3 * 2560 + 1;

    /// 1 <= length <= max_length. The three boxes are as equal as the length allows. Allocates.
    void prepare(std::size_t length);
    void reset() noexcept;

    [[nodiscard]] std::size_t length() const noexcept;

    /// Everything in the filter is 0. Zeros need not be pushed then.
    [[nodiscard]] bool is_clear() const noexcept;

    /// In place.
    void process(std::span<float> values) noexcept;

private:
    struct Box {
        void process(std::span<std::int64_t> values) noexcept; ///< in place

        std::vector<std::int64_t> last;
        std::size_t place = 0;
        std::int64_t sum = 0;
    };

    std::array<Box, 3> boxes_;
    double scale_ = 0.0;
};

} // namespace gainstage::dsp
