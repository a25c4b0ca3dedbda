// SPDX-License-Identifier: MIT
// vectorscope_picture: where the two channels stood, as SVG: mono stands upright, width spreads,
// opposite polarity lies flat. It belongs in a page: the page's style sheet colours it.
#pragma once

#include "meter/reading.h"

#include <string>
#include <string_view>

namespace gainstage::report {

/// `id`: unique in the page. Empty for an empty scope.
std::string vectorscope_svg(const meter::Vectorscope& scope, std::string_view id);

} // namespace gainstage::report
