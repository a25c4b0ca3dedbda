// SPDX-License-Identifier: MIT
#include "take/cut_peaks.h"

#include "take/autoregressive.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gainstage::take {
namespace {

// Tuned on the labelled set of bench/take_clipping, November 2026.

/// What lies within a part of the level may have been cut.
struct Ceiling {
    double width; ///< of the level
    // The deepest cut, of several places and of one alone: a limiter that acts within a few samples
    // bends a peak by 0.2 dB, at worst one by 0.5; the wider, the deeper.
    double least_depth_db;
    double least_lone_depth_db;
};

// The second for noise on top; the others for what has become of a clipped peak at another rate or
// in a lossy codec.
constexpr std::array ceilings = {Ceiling{0.002, 0.3, 0.6}, Ceiling{0.006, 0.3, 0.6},
                                 Ceiling{0.020, 0.7, 0.9}, Ceiling{0.060, 0.95, 1.1}};
constexpr std::size_t most_restored = 12;     // places at the level
constexpr std::size_t most_compared = 40;     // peaks under it
constexpr double lowest_compared = 0.4;       // of the level
constexpr std::size_t most_side_by_side = 40; // longer flat tops are seen by their shape
constexpr double least_missing = 0.005;       // of the level, 0.04 dB: a limiter's gain moves too
constexpr double least_deviations = 6.0;
constexpr double over_compared = 1.5; // of the largest error at the peaks under the level
constexpr std::size_t enough_compared = 8;
constexpr double if_few_compared = 4.0; // deviations, in place of their largest

/// The samples around a peak that are at `threshold` and higher.
PeakRun run_around(const PeakInContext& peak, float threshold) {
    PeakRun run{PeakInContext::reach, PeakInContext::reach};
    while (run.first > 0 && peak.around[run.first - 1] >= threshold) {
        --run.first;
    }
    while (run.last + 1 < peak.around.size() && peak.around[run.last + 1] >= threshold) {
        ++run.last;
    }
    return run;
}

/// By how many deviations a peak must be missed: more than any that can't have been cut.
double least_deviations_by(std::span<const PeakInContext* const> lower,
                           float level,
                           float threshold,
                           SidesOfZero sides) {
    double largest = 0.0;
    std::size_t seen = 0;
    for (const PeakInContext* peak : lower) {
        if (static_cast<double>(peak->level) < lowest_compared * static_cast<double>(level)) {
            break;
        }
        const PeakRun one{PeakInContext::reach, PeakInContext::reach};
        if (const auto is = restored(*peak, one, threshold, sides)) {
            largest = std::max(largest, std::abs(is->deviations));
            if (++seen == most_compared) {
                break;
            }
        }
    }
    largest = seen < enough_compared ? std::max(largest, if_few_compared) : largest;
    return std::max(least_deviations, over_compared * largest);
}

/// A run that lies lower than it must.
struct Candidate {
    CutRun cut;
    double deviations = 0.0;
};

/// Of peaks at `threshold` and higher; in order of height, the highest first.
std::vector<Candidate> candidates_of(std::span<const PeakInContext* const> order,
                                     double level,
                                     float threshold,
                                     SidesOfZero sides) {
    std::vector<Candidate> candidates;
    for (const PeakInContext* peak : order) {
        if (peak->level < threshold || candidates.size() == most_restored) {
            break;
        }
        if (peak->frame < AutoregressiveModel::order) {
            continue; // nothing came before it that says how high it should be
        }
        const PeakRun run = run_around(*peak, threshold);
        const std::uint64_t before = PeakInContext::reach - run.first;
        const std::uint64_t first_frame = peak->frame - std::min(peak->frame, before);
        if (std::ranges::any_of(candidates, [&](const Candidate& other) {
                return other.cut.first_frame == first_frame;
            })) {
            continue;
        }
        if (run.frames() > most_side_by_side) {
            continue;
        }
        const auto is = restored(*peak, run, threshold, sides);
        if (is && is->missing >= least_missing * level) {
            candidates.push_back(
                {{first_frame, run.frames(), is->depth(level), peak}, is->deviations});
        }
    }
    return candidates;
}

std::optional<CutPeaksFound> find_within(const Ceiling& ceiling,
                                         std::span<const PeakInContext* const> order,
                                         SidesOfZero sides) {
    const auto level = static_cast<double>(order.front()->level);
    const auto threshold = static_cast<float>(level * (1.0 - ceiling.width));
    const std::vector<Candidate> candidates = candidates_of(order, level, threshold, sides);
    if (std::ranges::none_of(candidates, [](const Candidate& candidate) {
            return candidate.deviations >= least_deviations;
        })) {
        return std::nullopt; // the usual case: spare the comparison
    }
    // Between the two it isn't known whether a peak was cut and has noise on it.
    const auto too_low = static_cast<float>(level * (1.0 - 2.0 * ceiling.width));
    const auto first_lower = std::ranges::find_if(
        order, [&](const PeakInContext* peak) { return peak->level < too_low; });
    const double least = least_deviations_by({first_lower, order.end()}, static_cast<float>(level),
                                             threshold, sides);
    CutPeaksFound found{static_cast<float>(level), {}};
    for (const Candidate& candidate : candidates) {
        if (candidate.deviations >= least) {
            found.runs.push_back(candidate.cut);
        }
    }
    const auto deepest = std::ranges::max_element(found.runs, {}, &CutRun::depth);
    if (deepest == found.runs.end() ||
        deepest->depth.db() <
            (found.runs.size() > 1 ? ceiling.least_depth_db : ceiling.least_lone_depth_db)) {
        return std::nullopt;
    }
    std::ranges::sort(found.runs, {}, &CutRun::first_frame);
    return found;
}

} // namespace

std::optional<CutPeaksFound> find_cut_peaks(std::span<const PeakInContext> peaks,
                                            SidesOfZero sides) {
    const auto order = highest_first(peaks);
    for (const Ceiling& ceiling : ceilings) {
        if (order.empty()) {
            break;
        }
        if (auto found = find_within(ceiling, order, sides)) {
            return found;
        }
    }
    return std::nullopt;
}

} // namespace gainstage::take
