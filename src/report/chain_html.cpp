// SPDX-License-Identifier: MIT
// The page of a solved chain: findings first, then each way's settings, levels and reasons, then
// the interface's map.
#include "circuit/explain.h"
#include "report/chain.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/html_page.h"
#include "report/html_parts.h"
#include "report/wiring.h"

#include <fmt/format.h>

namespace gainstage::report {
namespace {

using circuit::StageLevels;

std::string findings_html(const std::vector<verdict::Finding>& findings) {
    std::string urgent;
    std::string notes;
    for (const verdict::Finding& finding : findings) {
        (finding.severity == verdict::Severity::info ? notes : urgent) +=
            html::finding_item(finding);
    }
    std::string out;
    if (!urgent.empty()) {
        out += "<ul class=\"findings\">\n" + urgent + "</ul>\n";
    }
    if (!notes.empty()) {
        out += "<ul class=\"findings notes\">\n" + notes + "</ul>\n";
    }
    return out.empty() ? "<p>Nothing is wrong with it.</p>\n" : out;
}

std::string cell(const std::optional<double>& db) {
    return fmt::format("<td class=\"num\">{}</td>", typeset(db, 1));
}

std::string stages_table(const std::vector<StageLevels>& stages) {
    std::string out = "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Stage</th>";
    for (const auto& [label, unit] : {std::pair("Gain", "dB"),
                                      {"Average", "dBu"},
                                      {"Peak", "dBu"},
                                      {"Noise", "dBu"},
                                      {"Clips at", "dBu"},
                                      {"Headroom", "dB"},
                                      {"SNR", "dB"},
                                      {"Odds of clipping", ""}}) {
        out += fmt::format("<th scope=\"col\" class=\"num\">{}<small>{}</small></th>", label, unit);
    }
    out += "</tr></thead>\n<tbody>\n";
    for (const StageLevels& stage : stages) {
        const auto headroom = stage.headroom();
        out += fmt::format("<tr><th scope=\"row\">{}</th>", xml(stage.name));
        out += cell(stage.gain.db()) + cell(stage.average.db()) + cell(stage.peak.db()) +
               cell(stage.noise.db()) +
               cell(stage.clip ? std::optional(stage.clip->db()) : std::nullopt) +
               cell(headroom ? std::optional(headroom->db()) : std::nullopt) +
               cell(stage.snr().db());
        out += fmt::format("<td class=\"num\">{}</td></tr>\n",
                           stage.clip ? xml(circuit::odds_text(stage.clip_odds)) : "");
    }
    return out + "</tbody></table></div>\n";
}

std::string settings_html(const std::vector<circuit::DeviceSettings>& settings) {
    std::string rows;
    for (const circuit::DeviceSettings& one : settings) {
        const std::string words = circuit::described(one);
        if (!words.empty() && !one.left_out) {
            rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", xml(one.name),
                                xml(with_minus_signs(words)));
        }
    }
    return rows.empty() ? ""
                        : "<table>\n<thead><tr><th scope=\"col\">Set</th><th "
                          "scope=\"col\">to</th></tr></thead>\n<tbody>\n" +
                              rows + "</tbody></table>\n";
}

std::string reasons_html(const std::vector<std::string>& reasons) {
    std::string out;
    for (const std::string& reason : reasons) {
        out += "<p class=\"fine\">" + html::prose(reason) + "</p>\n";
    }
    return out;
}

/// Diagrams in turn, as chain_diagrams() gives them.
class Figures {
public:
    explicit Figures(std::vector<LevelDiagram> diagrams)
        : diagrams_(std::move(diagrams)), range_(range_of(diagrams_)) {}

    std::string next() {
        const LevelDiagram& diagram = diagrams_[next_];
        ++next_;
        return fmt::format("<figure class=\"diagram\"><figcaption><b>{}</b></figcaption><div "
                           "class=\"scroll\">{}</div></figure>\n",
                           xml(with_minus_signs(diagram.title)),
                           to_svg(diagram, {fmt::format("chain-{}", next_), false, range_}));
    }

private:
    std::vector<LevelDiagram> diagrams_;
    DiagramRange range_;
    std::size_t next_ = 0;
};

std::string source_html(std::string_view id,
                        const circuit::SourceSolution& source,
                        bool compare,
                        Figures& figures) {
    std::string out =
        settings_html(source.best.settings) + "<div class=\"diagrams\">\n" + figures.next();
    for (std::size_t other = 0; compare && other < source.alternatives.size(); ++other) {
        out += figures.next();
    }
    out += "</div>\n" + stages_table(source.best.stages) + reasons_html(source.reasons);
    if (!source.alternatives.empty()) {
        std::string rows;
        for (const circuit::Alternative& other : source.alternatives) {
            rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                                xml(with_minus_signs(other.difference)),
                                xml(with_minus_signs(other.outcome)));
        }
        out += "<table>\n<thead><tr><th scope=\"col\">Another way</th><th scope=\"col\">What of "
               "it</th></tr></thead>\n<tbody>\n" +
               rows + "</tbody></table>\n";
    }
    return html::section(id, xml(source.id), "", out);
}

std::string
playback_html(std::string_view id, const circuit::PlaybackSolution& playback, Figures& figures) {
    std::string out =
        "<div class=\"diagrams\">\n" + figures.next() + "</div>\n" + stages_table(playback.stages);
    const auto spl = [](const std::optional<DbSpl>& level) {
        return typeset(level ? std::optional(level->db()) : std::nullopt, 1);
    };
    if (playback.average_spl) {
        out += fmt::format("<p class=\"fine\">Heard: {} dB SPL on average, peaks of {} dB SPL; at "
                           "most {} dB SPL.</p>\n",
                           spl(playback.average_spl), spl(playback.peak_spl),
                           spl(playback.loudest_spl));
    }
    if (playback.volume) {
        out += fmt::format("<p class=\"fine\">Set the output to {} from full.</p>\n",
                           typeset_gain(*playback.volume, 1));
    }
    return html::section(id, xml(playback.id), "", out);
}

} // namespace

std::string chain_html(const SolvedChain& chain, bool compare) {
    const std::string title = chain.title.empty() ? "Chain" : chain.title;
    std::string out =
        fmt::format("<header class=\"top\"><p class=\"kicker\">The chain before and after the "
                    "converter</p><h1>{}</h1></header>\n",
                    xml(title));
    out += html::section("findings", "Findings", "", findings_html(chain.findings));
    Figures figures(chain_diagrams(chain, compare));
    std::size_t way = 0;
    for (const circuit::SourceSolution& source : chain.solution.sources) {
        out += source_html(fmt::format("way-{}", ++way), source, compare, figures);
    }
    for (const circuit::PlaybackSolution& playback : chain.solution.playbacks) {
        out += playback_html(fmt::format("way-{}", ++way), playback, figures);
    }
    std::string maps;
    for (const WiringMap& map : wiring_of(chain.solution)) {
        maps += "<div class=\"diagrams\"><figure class=\"diagram\"><div class=\"scroll\">" +
                wiring_svg(map, false) + "</div></figure></div>\n";
    }
    if (!maps.empty()) {
        out += html::section("wiring", "What is plugged in where", "", maps);
    }
    return html_page(title, out, {.basis = figures_of_sheets});
}

} // namespace gainstage::report
