// SPDX-License-Identifier: MIT
// SpectrumChart: third octaves as bars, for a page (its style sheet colours it) and for a terminal.
#pragma once

#include "meter/reading.h"
#include "report/text.h"

#include <span>
#include <string>

namespace gainstage::report {

/// Bars over 60 dB below the highest, rounded up to the next 6 dB. `id`: unique in the page.
std::string spectrum_svg(std::span<const meter::BandLevel> bands, std::string_view id);

/// Bars of block characters, or of '#' in ASCII; empty where there is nothing but silence.
std::string spectrum_text(std::span<const meter::BandLevel> bands, const TextOptions& options);

} // namespace gainstage::report
