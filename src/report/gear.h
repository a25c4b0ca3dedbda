// SPDX-License-Identifier: MIT
// gear: the gear library for people and programs: what a search found, and one entry with every
// figure and where it comes from.
#pragma once

#include "circuit/gear.h"
#include "report/text.h"

#include <span>
#include <string>

namespace gainstage::report {

/// A line an entry.
std::string gear_list_text(std::span<const circuit::GearEntry* const> entries,
                           const TextOptions& options = {});

/// Everything known of one, each unverified figure marked.
std::string gear_text(const circuit::GearEntry& entry, const TextOptions& options = {});

/// The same of any number: schema gainstage.gear.
std::string gear_json(std::span<const circuit::GearEntry* const> entries);

} // namespace gainstage::report
