// SPDX-License-Identifier: MIT
#include "report/level_diagram.h"

#include "report/diagram_scale.h"
#include "report/figures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

void include(DiagramRange& range, std::optional<double> level_db, bool upwards) {
    if (!level_db || !std::isfinite(*level_db)) {
        return;
    }
    if (upwards) {
        range.top_db =
            std::max(range.top_db, *level_db + 2.0); // room for the number above the line
    } else {
        range.bottom_db = std::min(range.bottom_db, *level_db - 4.0);
    }
}

std::string level_words(std::string_view what, std::optional<double> level_db) {
    if (!level_db) {
        return fmt::format("{} not measurable", what);
    }
    return fmt::format("{} {}", what, std::isfinite(*level_db) ? typeset(level_db) : "silence");
}

} // namespace

DiagramRange range_of(std::span<const LevelDiagram> diagrams) {
    // -120 unless a diagram says else: a recording's noise is seldom under -100 dB, and what lies
    // under -120 dB no loudspeaker in a room can tell.
    double lowest_db = -56.0;
    double highest_db = 6.0;
    DiagramRange range{-56.0, 6.0};
    for (const LevelDiagram& diagram : diagrams) {
        lowest_db = std::min(lowest_db, diagram.lowest_db);
        highest_db = std::max(highest_db, diagram.highest_db);
        for (const DiagramStage& stage : diagram.stages) {
            include(range, stage.peak_db, true);
            include(range, stage.zones.clip_db, true);
            include(range, stage.noise_db, false);
            include(range, stage.average_db, false);
        }
    }
    range.top_db = std::min(highest_db, 6.0 * std::ceil(range.top_db / 6.0));
    range.bottom_db = std::max(lowest_db, 20.0 * std::floor(range.bottom_db / 20.0));
    return range;
}

std::string described(const LevelDiagram& diagram) {
    std::string text;
    for (const DiagramStage& stage : diagram.stages) {
        text += text.empty() ? "" : " ";
        text += sentence(stage.name + (stage.gain.empty() ? "" : " (" + stage.gain + ")"));
        text.back() = ':';
        text += fmt::format(
            " {}, {}, {}; the target zone is {} to {}, clipping starts at {}",
            level_words("peak", stage.peak_db), level_words("average", stage.average_db),
            level_words(diagram.floor_name, stage.noise_db), typeset(stage.zones.target_low_db, 1),
            typeset(stage.zones.target_high_db, 1), typeset(stage.zones.clip_db, 1));
        if (const auto headroom = headroom_db(stage)) {
            text += !is_over(*headroom)
                        ? fmt::format("; headroom {} dB", typeset(std::max(0.0, *headroom)))
                        : fmt::format("; {} dB over", typeset(-*headroom));
        }
        if (const auto snr = snr_db(stage)) {
            text +=
                fmt::format("; {} dB from the {} to the average", typeset(snr), diagram.floor_name);
        }
        text += '.';
    }
    return text.empty() ? "No stages." : text;
}

std::optional<double> headroom_db(const DiagramStage& stage) {
    if (!stage.peak_db || !std::isfinite(*stage.peak_db)) {
        return std::nullopt;
    }
    return stage.zones.clip_db - *stage.peak_db;
}

bool is_over(double headroom_db) { return headroom_db <= -0.05; }

std::optional<double> snr_db(const DiagramStage& stage) {
    const bool known = stage.average_db && stage.noise_db && std::isfinite(*stage.average_db) &&
                       std::isfinite(*stage.noise_db);
    return known ? std::optional{*stage.average_db - *stage.noise_db} : std::nullopt;
}

verdict::Zone zone_at(const ZoneEdges& zones, double level_db) {
    if (level_db > zones.clip_db) {
        return verdict::Zone::clip;
    }
    if (level_db > zones.target_high_db) {
        return verdict::Zone::hot;
    }
    return level_db >= zones.target_low_db ? verdict::Zone::target : verdict::Zone::noise;
}

double DiagramScale::units(double level_db) {
    // Half of what matters happens in the top 30 dB; below -60 dB only the noise's rough place
    // does. As studio peak meters do, the scale is stretched where levels are set and squeezed
    // where they aren't.
    constexpr double fine_above_db = -30.0;
    constexpr double coarse_below_db = -60.0;
    const double fine = std::max(level_db, fine_above_db) - fine_above_db;
    const double middle = std::clamp(level_db, coarse_below_db, fine_above_db) - coarse_below_db;
    const double coarse = std::min(level_db, coarse_below_db) - coarse_below_db;
    return 2.0 * fine + middle + 0.5 * coarse;
}

double DiagramScale::position(double level_db) const {
    const double clamped =
        std::clamp(level_db, range_.bottom_db, range_.top_db); // silence is drawn at the bottom
    const double low = units(range_.bottom_db);
    return (units(clamped) - low) / (units(range_.top_db) - low);
}

double DiagramScale::level_at(double position) const {
    // By bisection: position() is monotone, and this is called a few dozen times a picture.
    double low = range_.bottom_db;
    double high = range_.top_db;
    for (int step = 0; step < 50; ++step) {
        const double middle = 0.5 * (low + high);
        (this->position(middle) < position ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

std::vector<double> DiagramScale::marks() const {
    constexpr double all[] = {24,  18,  12,  6,   0,   -6,  -12,  -18,
                              -24, -30, -40, -50, -60, -80, -100, -120};
    std::vector<double> marks;
    for (const double mark : all) {
        if (mark <= range_.top_db && mark >= range_.bottom_db) {
            marks.push_back(mark);
        }
    }
    return marks;
}

} // namespace gainstage::report
