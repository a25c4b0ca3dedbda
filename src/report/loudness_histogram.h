// SPDX-License-Identifier: MIT
// loudness_histogram: how often which loudness was played, as SVG: the blocks of 0.4 s that the
// gates judge, a bar for each LU. It belongs in a page: the page's style sheet colours it.
#pragma once

#include "meter/reading.h"

#include <string>
#include <string_view>

namespace gainstage::report {

/// Blocks that the relative gate leaves out are paler; the integrated loudness is a line. `id`:
/// unique in the page.
std::string loudness_histogram_svg(const meter::Measurement& measured, std::string_view id);

} // namespace gainstage::report
