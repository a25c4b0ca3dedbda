// SPDX-License-Identifier: MIT
// text_place: where a place of a TOML file is in its text, for what rewrites one and keeps the rest
// of it as it was.
#pragma once

#include "circuit/document.h"

#include <cstddef>
#include <string_view>

namespace gainstage::circuit {

/// Where line and column (both from 1, columns in characters) lie in UTF-8; the end if nowhere.
std::size_t offset_of(std::string_view text, Place place);

} // namespace gainstage::circuit
