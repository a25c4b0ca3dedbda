// SPDX-License-Identifier: MIT
// Rewrite: a chain document with every "?" filled in by its solution. Everything else stays as it
// was written: comments, order, spaces.
#pragma once

#include "circuit/solver.h"

#include <string>
#include <string_view>

namespace gainstage::circuit {

/// `text` is what the solution's document was parsed from.
std::string with_settings(std::string_view text, const ChainSolution& solution);

} // namespace gainstage::circuit
