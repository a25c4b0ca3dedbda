// SPDX-License-Identifier: MIT
// exposure: a take's histogram of levels and its level over time, for a terminal and as SVG; and
// the page of several takes. No level is computed here.
#pragma once

#include "report/outcome.h"
#include "report/text.h"
#include "take/take.h"

#include <span>
#include <string>

namespace gainstage::report {

/// Two lines: the histogram from -72 dBFS to full scale with the share of each zone, and the level
/// over time. Without colour the zones are written under it as letters.
std::string exposure_text(const take::Exposure& exposure, const TextOptions& options);

/// The same as one drawing, 640 x 220, that needs no style sheet.
std::string exposure_svg(const take::Exposure& exposure);

/// A page for `take --html`: of each take its verdict, what to do, and its exposure. Needs nothing
/// else: no request, no script.
std::string take_html(std::span<const Outcome<take::Take>> takes, std::string_view version);

} // namespace gainstage::report
