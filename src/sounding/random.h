// SPDX-License-Identifier: MIT
// Random: fast random bits for noise, the same from the same seed. Private to sounding.
#pragma once

#include <cmath>
#include <cstdint>

namespace gainstage::sounding {

/// xorshift64*: S. Vigna, An experimental exploration of Marsaglia's xorshift generators, 2016.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}

    std::uint64_t operator()() noexcept {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return state_ * 0x2545F4914F6CDD1Du;
    }

    /// Mean 0, variance 1; the sum of four even distributions, so never beyond 3.5.
    float bell() noexcept {
        const std::uint64_t bits = (*this)();
        const auto sum = static_cast<std::int64_t>((bits & 0xFFFFu) + (bits >> 16 & 0xFFFFu) +
                                                   (bits >> 32 & 0xFFFFu) + (bits >> 48));
        constexpr float scale = 2.6429e-5f;              // 1 / sqrt(4 * 65536^2 / 12)
        return static_cast<float>(sum - 131070) * scale; // 4 * 65535 / 2
    }

private:
    std::uint64_t state_;
};

} // namespace gainstage::sounding
