// SPDX-License-Identifier: MIT
// Judge: what is mismatched, noisy or dangerous in a solved chain, as facts for the rules of
// data/findings.toml.
#pragma once

#include "circuit/solver.h"
#include "verdict/finding.h"

#include <vector>

namespace gainstage::circuit {

/// The worst first; then sources and playbacks in the document's order.
std::vector<verdict::Finding> judge(const ChainDocument& document,
                                    const ChainSolution& solution,
                                    const verdict::Targets& targets,
                                    const verdict::Rules& rules);

} // namespace gainstage::circuit
