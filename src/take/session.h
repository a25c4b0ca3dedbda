// SPDX-License-Identifier: MIT
// Session: what only shows between the files of one session: two that hold one source, with the
// delay, polarity, level and clock between them; and how alike several practice runs are. take.h is
// for one file.
#pragma once

#include "take/same_source.h"
#include "take/take.h"

#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

/// Two recordings of one source.
struct RelatedPair {
    std::size_t first = 0; ///< of the takes
    std::size_t second = 0;
    bool channels = false; ///< left and right of one file: first == second
    SourceRelation relation;
    bool identical = false;               ///< but for gain
    std::optional<Gain> level_difference; ///< RMS of the second over the first's
};

/// Several practice runs of one source.
struct Runs {
    std::vector<Dbfs>
        expected_peaks; ///< of each, or its own peak where it was too short to predict
    Gain spread;        ///< either side of the middle
    std::optional<std::size_t> differs; ///< one that lies apart from all others
};

struct SessionCheck {
    std::vector<RelatedPair> pairs;
    std::optional<Runs> runs; ///< if it was said that they are
    std::vector<verdict::Finding> findings;
};

/// Pairs are looked for among files of one rate that last 8 s and more, in five stretches of their
/// common time, first channels; and between left and right of each.
///   errors  those of audio::io::open and read; interrupted
Result<SessionCheck> check_session(std::span<const Take* const> takes,
                                   bool are_runs_of_one_source,
                                   const verdict::Targets& targets,
                                   const verdict::Rules& rules,
                                   const audio::io::Watch& watch = {});

/// How alike they are; two runs and more, none of them silent.
std::optional<Runs> compare_runs(std::span<const Take* const> takes);

} // namespace gainstage::take
