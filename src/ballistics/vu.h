// SPDX-License-Identifier: MIT
// Vu: the needle of a volume indicator: a moving coil that averages the rectified signal and
// swings over a little. Where its 0 lies is in meters.h.
#pragma once

#include "units/quantity.h"

#include <span>

namespace gainstage::ballistics {

/// A damped needle: x'' + 2 damping w0 x' + w0^2 x = w0^2 u.
struct VuDesign {
    double overshoot; ///< of a steady sine's final deflection: 0.010 to 0.015
    Seconds rise;     ///< to 99 % of it

    [[nodiscard]] double damping() const noexcept;
    [[nodiscard]] double angular_frequency() const noexcept; ///< w0, rad/s
};

/// IEC 60268-17: 99 % in 300 ms, overshoot 1 to 1.5 %: the middle.
inline constexpr VuDesign iec_60268_17{0.0125, Seconds{0.3}};

/// One channel.
///   in      finite samples, linear, full scale 1.0
///   out     amplitude of the steady sine that reads the same: pi / 2 of the rectified average
///   error   exact at every rate for the samples held as steps (matrix exponential)
class Vu {
public:
    explicit Vu(const VuDesign& design = iec_60268_17) noexcept : design_(design) {}

    void prepare(Hertz sample_rate);                      // [main]
    void reset() noexcept;                                // [audio]
    void process(std::span<const float> signal) noexcept; // [audio]

    /// The highest since it was last taken; from then on, from where the needle is. [audio]
    double take() noexcept;

private:
    VuDesign design_;
    // One sample's motion of (deflection - drive, speed / w0).
    double from_offset_to_offset_ = 1.0;
    double from_speed_to_offset_ = 0.0;
    double from_offset_to_speed_ = 0.0;
    double from_speed_to_speed_ = 1.0;
    double deflection_ = 0.0;
    double speed_ = 0.0; ///< divided by w0
    double highest_ = 0.0;
};

} // namespace gainstage::ballistics
