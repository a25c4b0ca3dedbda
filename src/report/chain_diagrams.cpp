// SPDX-License-Identifier: MIT
#include "circuit/explain.h"
#include "report/chain.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/style_sheets.h"
#include "report/wiring.h"

#include <algorithm>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

using circuit::StageKind;
using circuit::StageLevels;

/// Fits a column; the whole name stands in the table.
std::string short_name(const StageLevels& stage) {
    std::string text(circuit::name(stage.kind));
    std::ranges::replace(text, '-', ' ');
    return stage.kind == StageKind::converter ? "A/D" : text;
}

/// Does it amplify? Then what clips before it says nothing about it.
bool gains(StageKind kind) {
    return kind == StageKind::input || kind == StageKind::preamp || kind == StageKind::amplifier ||
           kind == StageKind::booster;
}

/// Where each stage clips; where nobody knows, what was before it has clipped by then, or what
/// follows will.
std::vector<double> clip_points(const std::vector<StageLevels>& stages) {
    std::vector<std::optional<double>> known;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const StageLevels& stage = stages[i];
        if (stage.clip) {
            known.emplace_back(stage.clip->db());
        } else if (i > 0 && known[i - 1] && !gains(stage.kind)) {
            known.emplace_back(*known[i - 1] + stage.gain.db());
        } else {
            known.emplace_back(std::nullopt);
        }
    }
    for (std::size_t i = stages.size(); i-- > 1;) {
        if (!known[i - 1] && known[i]) {
            known[i - 1] = *known[i] - stages[i].gain.db();
        }
    }
    std::vector<double> points;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        points.push_back(known[i].value_or(stages[i].peak.db() + 40.0));
    }
    return points;
}

/// Yellow begins where the odds of clipping get higher than was asked for; blue ends 40 dB over the
/// noise.
ZoneEdges zones_of(const StageLevels& stage,
                   double clip_db,
                   const circuit::PeakLaw& law,
                   const SolvedChain& chain) {
    ZoneEdges zones;
    zones.clip_db = clip_db;
    zones.target_high_db =
        clip_db - std::max(0.0, circuit::margin_for(chain.solution.clip_odds_max, law).db());
    zones.target_low_db =
        std::min(stage.noise.db() + chain.targets["recording.snr_min_db"], zones.target_high_db);
    return zones;
}

LevelDiagram diagram_of(std::string title,
                        const std::vector<StageLevels>& stages,
                        const circuit::Path& path,
                        const circuit::Signal& signal,
                        const SolvedChain& chain) {
    LevelDiagram diagram;
    diagram.title = std::move(title);
    diagram.peak_name = "peak, dBu (of a sine)";
    diagram.average_name = "average, dBu";
    diagram.lowest_db = -140.0; // thermal noise of a resistor is -131 dBu
    diagram.highest_db = 42.0;  // a loudspeaker's wire carries +40
    const auto clips = clip_points(stages);
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const StageLevels& stage = stages[i];
        DiagramStage drawn;
        drawn.name = short_name(stage);
        drawn.gain = i == 0 ? "" : typeset_gain(stage.gain, 1);
        drawn.noise_db = stage.noise.db();
        drawn.average_db = stage.average.db();
        drawn.peak_db = stage.peak.db();
        const std::size_t index = std::min(i, path.stages.size() - 1);
        drawn.zones = zones_of(stage, clips[i], circuit::law_behind(path, index, signal), chain);
        diagram.stages.push_back(std::move(drawn));
    }
    return diagram;
}

/// The number behind the first `name` in a drawing of our own.
double attribute(const std::string& svg, std::string_view name) {
    const auto at = svg.find(name);
    return at == std::string::npos ? 0.0 : std::stod(svg.substr(at + name.size()));
}

} // namespace

std::vector<LevelDiagram> chain_diagrams(const SolvedChain& chain, bool compare) {
    std::vector<LevelDiagram> all;
    for (const circuit::SourceSolution& source : chain.solution.sources) {
        all.push_back(diagram_of("Levels of " + source.id, source.best.stages, source.path,
                                 source.signal, chain));
        for (const circuit::Alternative& other : source.alternatives) {
            if (compare) {
                all.push_back(diagram_of(source.id + ' ' + other.difference, other.candidate.stages,
                                         source.path, source.signal, chain));
            }
        }
    }
    for (const circuit::PlaybackSolution& playback : chain.solution.playbacks) {
        all.push_back(diagram_of("Levels of " + playback.id, playback.stages, playback.path,
                                 playback.signal, chain));
    }
    return all;
}

std::string chain_svg(const SolvedChain& chain, bool compare) {
    const auto diagrams = chain_diagrams(chain, compare);
    const DiagramRange range = range_of(diagrams);
    std::string inside;
    double width = 0.0;
    double height = 0.0;
    constexpr double margin_px = 12.0; // the scale's figures stand at a diagram's very edge
    for (std::size_t i = 0; i < diagrams.size(); ++i) {
        const std::string svg = to_svg(diagrams[i], {fmt::format("chain-{}", i + 1), false, range});
        constexpr double title_px = 28.0;
        inside +=
            fmt::format("<text class=\"ld-title\" x=\"{0:.0f}\" y=\"{1:.0f}\">{2}</text>\n<g "
                        "transform=\"translate({0:.0f} {3:.0f})\">{4}</g>\n",
                        margin_px, height + 20.0, xml(diagrams[i].title), height + title_px, svg);
        width = std::max(width, attribute(svg, " width=\""));
        height += title_px + attribute(svg, " height=\"");
    }
    for (const WiringMap& map : wiring_of(chain.solution)) {
        const std::string svg = wiring_svg(map, false);
        inside += fmt::format("<g transform=\"translate({:.0f} {:.0f})\">{}</g>\n", margin_px,
                              height + 20.0, svg);
        width = std::max(width, attribute(svg, " width=\""));
        height += 20.0 + attribute(svg, " height=\"");
    }
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
                       "width=\"{0:.0f}\" height=\"{1:.0f}\">\n<style>{2}</style>\n{3}</svg>\n",
                       width + 2.0 * margin_px, height, level_diagram_css(), inside);
}

} // namespace gainstage::report
