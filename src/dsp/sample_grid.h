// SPDX-License-Identifier: MIT
// sample_grid: which bits of a 24-bit grid samples use: what is left of a word's length after a
// conversion that only padded it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gainstage::dsp {

struct GridUse {
    std::uint32_t bits = 0; ///< every bit that is set in any sample * 2^23, two's complement
    bool off_grid = false;  ///< some sample is no multiple of 2^-23, or beyond 256: no 24-bit word

    friend constexpr GridUse operator|(GridUse a, GridUse b) noexcept {
        return {a.bits | b.bits, a.off_grid || b.off_grid};
    }

    friend constexpr bool operator==(const GridUse&, const GridUse&) = default;
};

/// samples: finite, linear, full scale = 1.0; any alignment. `bits` only counts where nothing is
/// off the grid.
[[nodiscard]] GridUse grid_use(const float* samples, std::size_t frames) noexcept;
[[nodiscard]] GridUse grid_use_scalar(const float* samples, std::size_t frames) noexcept;

} // namespace gainstage::dsp
