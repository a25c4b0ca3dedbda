// SPDX-License-Identifier: MIT
// Prediction: the peak to expect in a take, from the peaks of a practice run. Says nothing of what
// to do (next_take.h), and knows no performer: it is for the same playing, only longer.
#pragma once

#include "units/level.h"
#include "units/quantity.h"

#include <optional>
#include <span>

namespace gainstage::take {

/// The law of the highest peak of a take: three of its quantiles, and a tail through each of the
/// outer two.
struct Prediction {
    Dbfs expected;         ///< the median
    Dbfs low;              ///< one take in twenty stays under it
    Dbfs high;             ///< one take in twenty goes over it
    Seconds practice{0.0}; ///< that it rests on: from the first sound to the last
    Seconds take{0.0};

    /// Of a take whose peak goes over `level`: 0 to 1.
    [[nodiscard]] double odds_over(Dbfs level) const noexcept;

    /// The level that a take goes over with these odds: over 0, under 1.
    [[nodiscard]] Dbfs exceeded_with(double odds) const noexcept;

    friend Prediction operator+(const Prediction& prediction, Gain gain) noexcept;
};

/// The shortest practice run that a prediction is made from.
inline constexpr Seconds shortest_practice{10.0};

/// From the first short-term peak within 40 dB of the highest to the last.
Seconds playing(std::span<const float> short_term_peaks, Seconds hop);

/// Peaks over a threshold: clusters of short-term peaks over their 95th percentile, their excesses
/// in dB a generalized Pareto law, its return level for the take. The median rests on that; how far
/// the other two are from it on how many events there were, how many windows are as loud as the
/// loudest, how soft the end was and how much longer the take is.
/// docs/theory/take_prediction.md has the reasons and how the weights were found.
///   in      linear, full scale 1.0 (ShortTermPeaks); `take` over 0 s
///   out     nothing if less than shortest_practice was played, or silence
///   error   bench/take_prediction measures it
std::optional<Prediction>
predict(std::span<const float> short_term_peaks, Seconds hop, Seconds take);

} // namespace gainstage::take
