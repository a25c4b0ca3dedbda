// SPDX-License-Identifier: MIT
// The page of a solved chain: findings first, then each way's settings, levels and reasons, then
// the interface's map.
#include "circuit/explain.h"
#include "report/chain.h"
#include "report/chain_parts.h"
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
        if (finding.severity != verdict::Severity::info) {
            urgent += html::finding_item(finding);
        } else if (!is_about_figures(finding)) {
            notes += fmt::format("<li><b>{}</b>: {} {}</li>\n", xml(finding.stage),
                                 html::prose(finding.evidence), html::prose(finding.action));
        }
    }
    std::string out;
    if (!urgent.empty()) {
        out += "<ul class=\"findings\">\n" + urgent + "</ul>\n";
    }
    if (!notes.empty()) {
        out += "<ul class=\"card-findings\">\n" + notes + "</ul>\n";
    }
    return out.empty() ? "<p>Nothing is wrong with it.</p>\n" : out;
}

/// What a way's result rests on, for the fold; "" if on published figures alone.
template <typename Solution>
std::string doubts_html(const Solution& way) {
    std::string items;
    for (const std::string& sentence : assumed_sentences(way.assumed)) {
        items += fmt::format("<li>{}</li>\n", html::prose(sentence));
    }
    if (!way.unverified.empty()) {
        items += fmt::format("<li>Unverified figure{}: {}.</li>\n",
                             way.unverified.size() == 1 ? "" : "s",
                             xml(with_minus_signs(unverified_list(way.unverified))));
    }
    return items.empty() ? ""
                         : fmt::format("<h3>{}</h3>\n<ul class=\"notes-list\">\n{}</ul>\n",
                                       xml(way.id), items);
}

/// One quiet line that opens: assumed and unverified figures of all ways.
std::string figures_fold(const circuit::ChainSolution& solution) {
    std::string ways;
    std::size_t assumed = 0;
    std::set<std::string> unverified;
    const auto add = [&](const auto& all) {
        for (const auto& way : all) {
            ways += doubts_html(way);
            assumed += assumed_sentences(way.assumed).size();
            unverified.insert(way.unverified.begin(), way.unverified.end());
        }
    };
    add(solution.sources);
    add(solution.playbacks);
    if (ways.empty()) {
        return "";
    }
    std::string line = "What it rests on: published figures";
    if (!unverified.empty()) {
        line += fmt::format("; {} that nobody has checked in a source", unverified.size());
    }
    if (assumed > 0) {
        line += fmt::format("; {} that no sheet has and were assumed", assumed);
    }
    return fmt::format("<details class=\"figures\"><summary>{}</summary>\n{}</details>\n", line,
                       ways);
}

std::string stages_table(const std::vector<StageLevels>& stages) {
    std::string out = "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Stage</th>";
    const auto head = [&](const char* label, const char* unit) {
        out += fmt::format("<th scope=\"col\" class=\"num\">{}<small>{}</small></th>", label, unit);
    };
    for (const StageFigure& one : stage_figures()) {
        head(one.label, one.unit);
    }
    head(odds_label, "");
    out += "</tr></thead>\n<tbody>\n";
    for (const StageLevels& stage : stages) {
        out += fmt::format("<tr><th scope=\"row\">{}</th>", xml(stage.name));
        for (const StageFigure& one : stage_figures()) {
            out += fmt::format("<td class=\"num\">{}</td>", typeset(one.of(stage), 1));
        }
        out += fmt::format("<td class=\"num\">{}</td></tr>\n", xml(stage_odds(stage)));
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
    out += html::section("findings", "Findings", "",
                         findings_html(chain.findings) + figures_fold(chain.solution));
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
