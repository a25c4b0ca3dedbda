// SPDX-License-Identifier: MIT
// nearest: what a person who mistyped a name most likely meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gainstage::verdict {

/// The candidate with the fewest edits (Levenshtein 1966) from `word`; the first of several; empty
/// if there is none.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

} // namespace gainstage::verdict
