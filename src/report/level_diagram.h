// SPDX-License-Identifier: MIT
// LevelDiagram: the picture of the product. Stages from left to right, dB from bottom to top; in
// each stage the noise floor, the average, the peak and the clip point over the four zones. One
// model, drawn as SVG and as terminal text. It knows no audio: level_diagrams.h makes diagrams of
// takes, mixes and masters.
#pragma once

#include "report/text.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gainstage::report {

/// Where a stage's zones meet. Blue below target_low_db, green up to target_high_db, yellow up to
/// clip_db, red above.
struct ZoneEdges {
    double target_low_db = -24.0;
    double target_high_db = -6.0;
    double clip_db = 0.0;
};

struct DiagramStage {
    std::string name; ///< "recorded"
    std::string gain; ///< what the signal went through to get here: "trim +3.20 dB"; empty at the
                      ///< first stage
    // In the diagram's units; absent: not measured; -inf: silence.
    std::optional<double> noise_db;
    std::optional<double> average_db;
    std::optional<double> peak_db;
    ZoneEdges zones;
};

struct LevelDiagram {
    std::string title;
    std::string peak_name = "peak, dBFS";       ///< with its unit
    std::string average_name = "average, dBFS"; ///< with its unit
    std::string floor_name = "noise floor";
    std::string span_name = "SNR";   ///< from there up to the average
    std::string clip_name = "clips"; ///< the word for the red zone: "clips", "over the ceiling"
    double lowest_db = -120.0;       ///< nothing below and above these is drawn
    double highest_db = 24.0;
    std::vector<DiagramStage> stages;
};

/// What the vertical axis shows. Diagrams to be compared by eye are drawn over one range.
struct DiagramRange {
    double bottom_db = -84.0;
    double top_db = 6.0;

    friend bool operator==(const DiagramRange&, const DiagramRange&) = default;
};

/// The least range that shows all of them: top +6 dB and up, bottom -60 dB and
/// down, as far as the diagrams allow.
DiagramRange range_of(std::span<const LevelDiagram> diagrams);

struct SvgOptions {
    std::string id;          ///< unique in the page; letters, digits, hyphens
    bool standalone = false; ///< a file of its own, with its styles inside; otherwise the page's
                             ///< style sheet has them
    std::optional<DiagramRange> range = std::nullopt; ///< absent: the least that shows the levels
};

/// An accessible SVG (title, description, zones told by pattern and word as well as colour).
std::string to_svg(const LevelDiagram& diagram, const SvgOptions& options);

/// The same for a terminal: blocks and colour, or ASCII alone.
std::string to_text(const LevelDiagram& diagram, const TextOptions& options);

/// What the picture shows, in sentences: for screen readers and as the SVG's description.
std::string described(const LevelDiagram& diagram);

} // namespace gainstage::report
