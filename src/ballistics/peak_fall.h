// SPDX-License-Identifier: MIT
// PeakFall: a bar that jumps up to every peak, may hold it, and falls at a steady speed.
#pragma once

#include "units/quantity.h"

#include <cstdint>
#include <span>

namespace gainstage::ballistics {

struct PeakFallDesign {
    Seconds hold; ///< at a peak, before it falls
    double fall_db;
    Seconds fall_time; ///< fall_db in this time, at constant speed
};

/// IEC 60268-18: integration under 5 ms (here: one sample), return 20 dB in 1.7 s.
inline constexpr PeakFallDesign iec_60268_18{Seconds{0.0}, 20.0, Seconds{1.7}};

/// The same with 1 s at the top, so that an eye catches a stroke; the hold is our choice.
inline constexpr PeakFallDesign peak_with_hold{Seconds{1.0}, 20.0, Seconds{1.7}};

/// The peak bar of a K-System meter: 26 dB in 3 s.
inline constexpr PeakFallDesign k_system_peak{Seconds{0.0}, 26.0, Seconds{3.0}};

/// One channel.
///   in      finite samples, linear, full scale 1.0
///   out     sample peak, linear; never below the samples
class PeakFall {
public:
    explicit PeakFall(const PeakFallDesign& design = iec_60268_18) noexcept : design_(design) {}

    void prepare(Hertz sample_rate);                      // [main]
    void reset() noexcept;                                // [audio]
    void process(std::span<const float> signal) noexcept; // [audio]

    /// The next `frames` at once, whose peak is known: it counts from their last one on. [audio]
    void process(double peak, std::uint64_t frames) noexcept;

    /// Where the bar will be after `frames` of silence. [audio]
    [[nodiscard]] double after(std::uint64_t frames) const noexcept;

    /// The highest since it was last taken; from then on, from where the bar is. [audio]
    double take() noexcept;

private:
    PeakFallDesign design_;
    double log_fall_ = 0.0; ///< natural, a sample
    double fall_ = 1.0;     ///< factor a sample
    std::uint64_t hold_frames_ = 0;
    std::uint64_t held_frames_ = 0; ///< still to be held
    double level_ = 0.0;
    double highest_ = 0.0;
};

} // namespace gainstage::ballistics
