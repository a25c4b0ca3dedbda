// SPDX-License-Identifier: MIT
// Quantity: linear physical quantities, a type each. Only what a chain or a meter needs, not a unit
// library.
#pragma once

#include "units/level.h"

namespace gainstage {
inline namespace units {

template <typename Tag>
class Quantity {
public:
    constexpr Quantity() noexcept = default;

    explicit constexpr Quantity(double value) noexcept : value_(value) {}

    [[nodiscard]] constexpr double value() const noexcept { return value_; }

    friend constexpr Quantity operator+(Quantity a, Quantity b) noexcept {
        return Quantity{a.value_ + b.value_};
    }

    friend constexpr Quantity operator-(Quantity a, Quantity b) noexcept {
        return Quantity{a.value_ - b.value_};
    }

    friend constexpr Quantity operator*(double times, Quantity a) noexcept {
        return Quantity{times * a.value_};
    }

    friend constexpr Quantity operator/(Quantity a, double by) noexcept {
        return Quantity{a.value_ / by};
    }

    friend constexpr double operator/(Quantity a, Quantity b) noexcept {
        return a.value_ / b.value_;
    }

    friend constexpr auto operator<=>(Quantity, Quantity) noexcept = default;

private:
    double value_ = 0.0;
};

using Volts = Quantity<struct VoltsTag>;         ///< V RMS
using VoltsPeak = Quantity<struct VoltsPeakTag>; ///< V, peak
using Ohms = Quantity<struct OhmsTag>;
using Hertz = Quantity<struct HertzTag>;
using Seconds = Quantity<struct SecondsTag>;

constexpr Volts operator*(Volts voltage,
                          Gain) = delete; // a gain is applied to a level: to_dbu(v) + gain

inline Dbu to_dbu(Volts voltage) noexcept { return Dbu::from_amplitude(voltage.value()); }

inline Dbv to_dbv(Volts voltage) noexcept { return Dbv::from_amplitude(voltage.value()); }

inline Volts to_volts(Dbu level) noexcept { return Volts{level.to_amplitude()}; }

inline Volts to_volts(Dbv level) noexcept { return Volts{level.to_amplitude()}; }

inline Dbu to_dbu(Dbv level) noexcept { return to_dbu(to_volts(level)); }

inline Dbv to_dbv(Dbu level) noexcept { return to_dbv(to_volts(level)); }

} // namespace units
} // namespace gainstage
