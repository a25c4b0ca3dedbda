// SPDX-License-Identifier: MIT
// Ceiling: whether the highest peaks of a stream end at one level because a stage cut them off
// there. It finds clipping by which only a few samples are lost. Not long flat tops with noise on
// them: flat_tops.h, which uses this, looks at those.
#pragma once

#include "take/highest_peaks.h"
#include "units/quantity.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

using TallPeak = HighestPeak<16>;
using TallPeaks = HighestPeaks<16, 1024>;

/// One place where samples lie at the ceiling.
struct CeilingRun {
    std::uint64_t first_frame = 0;
    std::size_t frames = 0;
    const TallPeak* peak = nullptr;
};

struct CeilingFound {
    float level = 0.0f; ///< the highest sample's
    float width = 0.0f; ///< part of it: as far under it the samples still belong to the ceiling
    std::vector<CeilingRun> runs; ///< in order of time
    bool may_be_limiter = false;  ///< nothing says that it wasn't one
};

/// What of `peaks` lies at `level`, at most that part of it below, or above it.
[[nodiscard]] std::vector<CeilingRun>
runs_at(std::span<const TallPeak> peaks, double level, double width);

/// Weighs three ways in which peaks may end at one level though nothing was cut, and finds a
/// ceiling if neither of the first two will do; of the third it says so:
///   chance     there are too many for the number of those just under them (Poisson)
///   repetition a steady wave repeats its peak; but its samples fall beside the crest, each time
///              elsewhere, and so differ by more than these do. Peaks that are alike with all that
///              is around them are one
///   a limiter  puts one sample of a peak at the ceiling and shapes the rest; a clipped stage
///              leaves several side by side or shortly after each other
/// `quantum` is the stream's smallest step, `both_sides` says that `peaks` are two sides'. The
/// pointers in the answer are into `peaks`.
///   found, alarms  bench/take_clipping; docs/reference/take.md
[[nodiscard]] std::optional<CeilingFound>
find_ceiling(std::span<const TallPeak> peaks, float quantum, Hertz rate);

} // namespace gainstage::take
