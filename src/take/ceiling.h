// SPDX-License-Identifier: MIT
// Ceiling: whether the highest peaks of a stream end at one level because a stage cut them off
// there. It finds clipping by which only a few samples are lost. Not long flat tops with noise on
// them: flat_tops.h, which uses this, looks at those.
#pragma once

#include "units/quantity.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

/// A sample that is higher than those beside it, with those around it.
struct TallPeak {
    static constexpr std::size_t reach = 16; ///< samples kept on either side

    float level = 0.0f; ///< linear, magnitude
    std::uint64_t frame = 0;
    std::array<float, 2 * reach + 1> around{}; ///< positive on the peak's own side of zero
};

/// The highest peaks of one side of zero of one channel, in constant memory.
class TallPeaks {
public:
    static constexpr std::size_t most = 1024;

    void prepare(); // [main] allocates
    void reset() noexcept;

    /// `samples` end at the one before `end_frame`; peaks are looked for from the samples' own
    /// TallPeak::reach on, up to as many before their end. `sign` is 1 or -1. [audio]
    void process(std::span<const float> samples, float sign, std::uint64_t end_frame) noexcept;

    [[nodiscard]] std::span<const TallPeak> peaks() const noexcept { return heap_; }

private:
    std::vector<TallPeak> heap_; ///< the lowest first
};

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
};

/// Weighs three ways in which peaks may end at one level though nothing was cut, and finds a
/// ceiling if none of them will do:
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
