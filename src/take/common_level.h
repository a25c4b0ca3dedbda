// SPDX-License-Identifier: MIT
// CommonLevel: whether samples around the highest peaks lie at one level because a stage cut them
// off there: many of them close together, as after deeper clipping, in noise and music alike; also
// where a converter has moved each of them since. Not lone samples of noise: a limiter leaves
// those.
#pragma once

#include "take/cut_peaks.h"
#include "units/quantity.h"

#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

/// What a converter to another sample rate took away: everything from here to half the sample rate.
struct MissingBand {
    double from = 0.5; ///< part of the sample rate, over 0; 0.5: nothing is missing
};

/// `CutRun::depth` is 0 where the rest doesn't say how high they would have gone: in noise.
struct CommonLevelFound {
    float level = 0.0f;
    std::vector<CutRun> runs; ///< on the sides of zero that their peaks are on; in order of time
    static constexpr bool may_be_limiter = false; ///< one sample of each of its peaks isn't counted
};

/// Weighs two laws of the samples close to a level, in a window around each of the highest peaks:
///   cut off    each lies at the level, but for a narrow deviation and for what the missing band
///              would add: a Gaussian process as strong as the band below it (Rasmussen and
///              Williams, "Gaussian Processes for Machine Learning", 2006, 2.2)
///   whole      each follows from what is around it by an autoregressive model, whose errors have
///              long tails (Student's t); that it is high is why it is looked at, and proves
///              nothing
/// Which of the candidates were cut, the level and the deviation are found by expectation and
/// maximisation; the number of ways to choose them counts against it, and so does what still goes
/// over the level. A limiter puts one sample within its look-ahead at its ceiling: of those that
/// follow each other closely the first isn't counted.
///   quantum  the stream's smallest step: samples nearer each other than that say nothing
///   found, alarms  bench/take_clipping; docs/reference/take.md
[[nodiscard]] std::optional<CommonLevelFound>
find_common_level(std::span<const PeakInContext> peaks,
                  SidesOfZero sides,
                  float quantum,
                  Hertz rate,
                  MissingBand missing = {});

} // namespace gainstage::take
