// SPDX-License-Identifier: MIT
// MovingRms: RMS that follows the signal; rms of a whole stream is in room meter.
#pragma once

#include "units/quantity.h"

#include <span>

namespace gainstage::ballistics {

/// A mean of squares by one exponential window, or two of them in a row.
struct MovingRmsDesign {
    Seconds rise; ///< until the RMS of a tone that begins is 99 % of its own
    int poles;    ///< 1 or 2

    [[nodiscard]] double time_constant_s() const noexcept; ///< of each window
};

/// As slow as a VU needle: 99 % in 300 ms.
inline constexpr MovingRmsDesign rms_300_ms{Seconds{0.3}, 1};

/// The average of the K-System: 99 % in 600 ms (Katz), as two equal windows, which settle sooner
/// from 90 % on than one.
inline constexpr MovingRmsDesign k_system{Seconds{0.6}, 2};

/// One channel.
///   in      finite samples, linear, full scale 1.0
///   out     amplitude of the sine of the same RMS (AES17): a full-scale sine is 1.0
class MovingRms {
public:
    explicit MovingRms(const MovingRmsDesign& design = rms_300_ms) noexcept : design_(design) {}

    void prepare(Hertz sample_rate);                      // [main]
    void reset() noexcept;                                // [audio]
    void process(std::span<const float> signal) noexcept; // [audio]

    /// The highest since it was last taken; from then on, from where it is. [audio]
    double take() noexcept;

private:
    MovingRmsDesign design_;
    double step_ = 1.0;        ///< 1 - exp(-1 / (time_constant_s * rate_hz))
    double second_step_ = 1.0; ///< the same, or 1 for one pole: passes the first through
    double first_ = 0.0;
    double second_ = 0.0;
    double highest_ = 0.0; ///< mean square
};

} // namespace gainstage::ballistics
