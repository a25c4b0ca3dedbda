// SPDX-License-Identifier: MIT
// chain_parts: what the text and the page of a solved chain both say: a stage's figures, and which
// figures of data sheets are in doubt. Private to these two.
#pragma once

#include "circuit/solver.h"
#include "verdict/finding.h"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace gainstage::report {

/// A column of the table of stages.
struct StageFigure {
    const char* label;
    const char* unit;
    std::optional<double> (*of)(const circuit::StageLevels&);
    bool is_gain = false; ///< shown with its sign
};

/// All but the stage's name and its odds of clipping, which aren't figures.
std::span<const StageFigure> stage_figures();

constexpr const char* odds_label = "Odds of clipping";

/// "" for a stage that can't clip.
std::string stage_odds(const circuit::StageLevels& stage);

/// A sentence for each figure that was assumed and moves something by 0.1 dB or more: what, within
/// which limits, and how much it matters.
std::vector<std::string> assumed_sentences(const std::vector<circuit::AssumedFigure>& assumed);

/// What only counts these figures: both say it where they list them.
bool is_about_figures(const verdict::Finding& finding);

/// "Shure SM57: a, b; Mogami 2534: c", in the set's order.
std::string unverified_list(const std::set<std::string>& unverified);

} // namespace gainstage::report
