// SPDX-License-Identifier: MIT
// chain: a solved chain for people and programs: text, JSON (schema gainstage.chain), level
// diagrams, a page. It computes no level.
#pragma once

#include "circuit/solver.h"
#include "report/level_diagram.h"
#include "report/text.h"
#include "verdict/finding.h"
#include "verdict/target.h"

#include <string>
#include <vector>

namespace gainstage::report {

struct SolvedChain {
    std::string title;
    const circuit::ChainSolution& solution;
    const std::vector<verdict::Finding>& findings;
    const verdict::Targets& targets;
};

struct ChainTextOptions {
    TextOptions text;
    bool compare = false; ///< a row for every alternative
    bool diagrams = true;
};

std::string chain_text(const SolvedChain& chain, const ChainTextOptions& options = {});
std::string chain_json(const SolvedChain& chain);

/// One a source and one a playback; with `compare` one more for each alternative.
std::vector<LevelDiagram> chain_diagrams(const SolvedChain& chain, bool compare);

/// All diagrams below each other as one file of its own, over one range; then the map of each
/// interface.
std::string chain_svg(const SolvedChain& chain, bool compare);

/// Text, findings and diagrams as a page that needs nothing else.
std::string chain_html(const SolvedChain& chain, bool compare);

} // namespace gainstage::report
