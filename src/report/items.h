// SPDX-License-Identifier: MIT
// items: paragraphs of a text for the terminal: a mark, and what it says hanging beside it;
// findings that way. Private to the texts of this room.
#pragma once

#include "report/table.h"
#include "report/text.h"
#include "verdict/finding.h"

#include <string>
#include <string_view>
#include <vector>

namespace gainstage::report {

/// `text` after `mark`, wrapped and hanging under its first line.
std::string item(std::string_view mark, Ink ink, std::string_view text, const TextOptions& options);

/// Evidence, action and reason as sentences, each finding an item; `with_stage` names what it is
/// about.
std::string finding_items(const std::vector<verdict::Finding>& findings,
                          bool with_stage,
                          const TextOptions& options);

} // namespace gainstage::report
