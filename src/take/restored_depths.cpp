// SPDX-License-Identifier: MIT
#include "take/restored_depths.h"

#include "take/autoregressive.h"
#include "take/restored.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace gainstage::take {
namespace {

constexpr std::size_t most_tops_restored = 24; // a millisecond each
constexpr float at_level = 0.996f;             // what may have been cut off there, too: noise on it
constexpr std::uint64_t long_frames = 16;

/// The highest of a side's peaks that lies in `top`.
const PeakInContext* peak_in(const FlatTop& top, const PeaksInContext& side) {
    const PeakInContext* highest = nullptr;
    for (const PeakInContext& peak : side.peaks()) {
        if (peak.frame >= top.first_frame && peak.frame < top.first_frame + top.frames &&
            (highest == nullptr || peak.level > highest->level)) {
            highest = &peak;
        }
    }
    return highest;
}

/// Where `top` lies in the peak's surroundings, if enough of those is left on either side.
std::optional<PeakRun> run_of(const FlatTop& top, const PeakInContext& peak) {
    constexpr std::size_t least_beside = 2 * AutoregressiveModel::order;
    const auto before = static_cast<std::size_t>(peak.frame - top.first_frame);
    const auto after = static_cast<std::size_t>(top.frames) - 1 - before;
    if (before + least_beside > PeakInContext::reach ||
        after + least_beside > PeakInContext::reach) {
        return std::nullopt;
    }
    return PeakRun{PeakInContext::reach - before, PeakInContext::reach + after};
}

std::optional<Gain>
restored_depth(const FlatTop& top, const PeaksInContext& side, SidesOfZero sides) {
    const PeakInContext* const peak = peak_in(top, side);
    const auto run = peak != nullptr ? run_of(top, *peak) : std::nullopt;
    if (!run) {
        return std::nullopt;
    }
    const float level = std::abs(top.level);
    const auto is = restored(*peak, *run, at_level * level, sides);
    if (!is) {
        return std::nullopt;
    }
    const Gain depth = is->depth(static_cast<double>(level));
    return top.frames < long_frames ? depth : Gain::from_db(0.5 * (depth.db() + top.depth.db()));
}

} // namespace

void restore_depths(std::span<FlatTop> tops,
                    const PeaksInContext& above,
                    const PeaksInContext& below) {
    std::vector<FlatTop*> widest_first;
    bool is_above = false;
    bool is_below = false;
    for (FlatTop& top : tops) {
        widest_first.push_back(&top);
        (top.level > 0.0f ? is_above : is_below) = true;
    }
    std::ranges::stable_sort(widest_first, std::greater{}, &FlatTop::frames);
    const SidesOfZero sides = is_above && is_below ? SidesOfZero::both : SidesOfZero::one;
    std::vector<FlatTop*> others;
    Gain deepest;
    std::uint64_t widest = 0;
    std::size_t looked_at = 0;
    for (FlatTop* const top : widest_first) {
        const auto depth = looked_at < most_tops_restored
                               ? restored_depth(*top, top->level > 0.0f ? above : below, sides)
                               : std::nullopt;
        if (!depth) {
            others.push_back(top);
            continue;
        }
        ++looked_at;
        top->depth = *depth;
        deepest = std::max(deepest, *depth);
        widest = std::max(widest, top->frames);
    }
    for (FlatTop* const top : others) {
        if (top->frames <= widest) {
            top->depth = std::min(top->depth, deepest);
        }
    }
}

} // namespace gainstage::take
