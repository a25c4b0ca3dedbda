// SPDX-License-Identifier: MIT
// Gain: a step in level. What an amplifier does, what a fader adds, how far two levels are apart.
// Not a level.
#pragma once

#include <cmath>
#include <compare>
#include <limits>

namespace gainstage {
inline namespace units {

/// A gain in decibels: 20 log10 of an amplitude ratio, 10 log10 of a power ratio.
///   range   -inf (mute) to any finite value; NaN never
class Gain {
public:
    constexpr Gain() noexcept = default; ///< unity, 0 dB

    static constexpr Gain from_db(double db) noexcept { return Gain{db}; }

    /// 20 log10(ratio); ratio >= 0. A ratio of 0 is a mute.
    static Gain from_amplitude_ratio(double ratio) noexcept {
        return Gain{20.0 * std::log10(ratio)};
    }

    /// 10 log10(ratio); ratio >= 0.
    static Gain from_power_ratio(double ratio) noexcept { return Gain{10.0 * std::log10(ratio)}; }

    static constexpr Gain mute() noexcept { return Gain{-std::numeric_limits<double>::infinity()}; }

    [[nodiscard]] constexpr double db() const noexcept { return db_; }

    [[nodiscard]] double to_amplitude_ratio() const noexcept { return std::pow(10.0, db_ / 20.0); }

    [[nodiscard]] double to_power_ratio() const noexcept { return std::pow(10.0, db_ / 10.0); }

    friend constexpr Gain operator+(Gain a, Gain b) noexcept { return Gain{a.db_ + b.db_}; }

    friend constexpr Gain operator-(Gain a, Gain b) noexcept { return Gain{a.db_ - b.db_}; }

    friend constexpr Gain operator-(Gain a) noexcept { return Gain{-a.db_}; }

    friend constexpr Gain operator*(double times, Gain a) noexcept { return Gain{times * a.db_}; }

    friend constexpr Gain& operator+=(Gain& a, Gain b) noexcept { return a = a + b; }

    friend constexpr Gain& operator-=(Gain& a, Gain b) noexcept { return a = a - b; }

    friend constexpr auto operator<=>(Gain, Gain) noexcept = default;

private:
    explicit constexpr Gain(double db) noexcept : db_(db) {}

    double db_ = 0.0;
};

} // namespace units
} // namespace gainstage
