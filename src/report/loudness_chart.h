// SPDX-License-Identifier: MIT
// LoudnessChart: loudness over time as SVG: momentary as an area, short-term as a line, the target,
// and what the limiter took. Its text keeps its size at any width. It belongs in a page: the page's
// style sheet colours it.
#pragma once

#include "meter/reading.h"
#include "units/level.h"

#include <optional>
#include <span>
#include <string>

namespace gainstage::report {

struct LoudnessChart {
    std::string id; ///< unique in the page
    std::string title;
    const meter::History* history = nullptr;
    Seconds duration{0.0};
    std::optional<Lufs> integrated;
    std::optional<Lufs> target;
    std::span<const float> gain_reduction_db; ///< at history's hop; empty: no limiter, no strip
    std::optional<Gain> max_gain_reduction;
};

std::string to_svg(const LoudnessChart& chart);

} // namespace gainstage::report
