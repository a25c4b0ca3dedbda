// SPDX-License-Identifier: MIT
// The page's stems: all at a glance, then a card each.
#include "report/diagram_scale.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/html_parts.h"
#include "report/level_diagrams.h"

#include <cmath>
#include <fmt/format.h>

namespace gainstage::report::html {
namespace {

const char* pill_of(verdict::Zone zone) {
    switch (zone) {
    case verdict::Zone::noise:
        return "zone-noise";
    case verdict::Zone::target:
        return "zone-target";
    case verdict::Zone::hot:
        return "zone-hot";
    case verdict::Zone::clip:
        return "zone-clip";
    }
    return "";
}

const char* mark_of(verdict::Zone zone) {
    switch (zone) {
    case verdict::Zone::noise:
        return "\u25BC";
    case verdict::Zone::target:
        return "\u25CF";
    case verdict::Zone::hot:
        return "\u25B2";
    case verdict::Zone::clip:
        return "\u2715";
    }
    return "";
}

std::string zone_pill(verdict::Zone zone) {
    return pill(pill_of(zone), mark_of(zone), meaning(zone));
}

/// The level diagram of one stage laid on its side, a line high.
std::string level_bar(const DiagramStage& stage, DiagramRange range) {
    const DiagramScale scale(range);
    const auto percent = [&](double level_db) { return 100.0 * scale.position(level_db); };
    std::string out = "<svg class=\"bar\" width=\"100%\" height=\"16\" aria-hidden=\"true\">";
    const auto rect = [&](const char* kind, double low_db, double high_db, double top,
                          double height) {
        const double from = percent(low_db);
        const double width = percent(high_db) - from;
        if (width > 0.0) {
            out += fmt::format(
                "<rect class=\"{}\" x=\"{:.2f}%\" y=\"{}\" width=\"{:.2f}%\" height=\"{}\"/>", kind,
                from, top, width, height);
        }
    };
    constexpr double beyond_db = 1000.0;
    const ZoneEdges& zones = stage.zones;
    rect("tint-noise", -beyond_db, zones.target_low_db, 0, 16);
    rect("tint-target", zones.target_low_db, zones.target_high_db, 0, 16);
    rect("tint-hot", zones.target_high_db, zones.clip_db, 0, 16);
    rect("tint-clip", zones.clip_db, beyond_db, 0, 16);
    const double floor_db = stage.noise_db.value_or(-beyond_db);
    if (stage.average_db && std::isfinite(*stage.average_db)) {
        rect("body", floor_db, *stage.average_db, 4, 8);
    }
    if (stage.average_db && stage.peak_db && std::isfinite(*stage.peak_db)) {
        rect("peaks", *stage.average_db, *stage.peak_db, 6, 4);
    }
    return out + "</svg>";
}

const mix::StagedTrack* staged(const produce::Production& production, std::string_view name) {
    for (const mix::StagedTrack& track : production.staging.tracks) {
        if (track.planned.name == name) {
            return &track;
        }
    }
    return nullptr;
}

LevelDiagram diagram_of(const Page& page, const produce::Stem& stem) {
    const mix::StagedTrack* track = staged(page.production, stem.track.name);
    return track != nullptr ? stem_diagram(*track, &*stem.take,
                                           page.production.staging.plan.mix_gain, page.targets)
                            : take_diagram(*stem.take, stem.track.name, page.targets);
}

// A stem that never pauses shows its noise only as an upper bound.
std::string at_most(const take::Take& take) { return take.pauses ? "" : "\u2264 "; }

std::string at_least(const take::Take& take) { return take.pauses ? "" : "\u2265 "; }

std::string glance_row(std::size_t index,
                       const produce::Stem& stem,
                       const LevelDiagram& diagram,
                       DiagramRange range) {
    const take::Take& take = *stem.take;
    const meter::Measurement& measured = take.file.measurement;
    return fmt::format(
        "<tr><th scope=\"row\"><a href=\"#{}\">{}</a></th><td>{}</td><td class=\"bar-cell\">{}</td>"
        "<td class=\"num\">{}</td><td class=\"num\">{}</td><td "
        "class=\"num\">{}</td><td>{}</td></tr>\n",
        stem_id(index), xml(stem.track.name), zone_pill(take.zone),
        level_bar(diagram.stages.front(), range), typeset(measured.value(key::sample_peak), 1),
        typeset(as_aes17(measured.value(key::active_rms)), 1),
        at_least(take) + typeset(measured.value(key::snr), 1),
        prose(preamp_advice(take.gain_change)));
}

std::string fact(std::string_view what, const std::string& value) {
    return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", what, value);
}

std::string clipped_text(const take::Take& take) {
    if (take.clipping.count() == 0) {
        return "no";
    }
    constexpr std::size_t most_times = 4;
    std::string times;
    for (std::size_t i = 0; i < take.clipping.spots.size() && i < most_times; ++i) {
        times += (i == 0 ? "" : ", ") + clock(take.clipping.spots[i].start, 1);
    }
    return fmt::format("<b>{} {}</b>{}{}{}", take.clipping.count(),
                       take.clipping.count() == 1 ? "time" : "times", times.empty() ? "" : ", at ",
                       times, take.clipping.count() > most_times ? "\u2026" : "");
}

std::string key_figures(const take::Take& take) {
    const meter::Measurement& measured = take.file.measurement;
    const auto in = [&](std::string_view reading, const char* unit) {
        return typeset(measured.value(reading)) + ' ' + unit;
    };
    std::string facts = fact("Peak", in(key::sample_peak, "dBFS"));
    facts += fact("True peak", in(key::true_peak, "dBTP"));
    facts += fact("Average", typeset(as_aes17(measured.value(key::active_rms))) + " dBFS");
    facts += fact("Loudness", in(key::integrated, "LUFS"));
    facts += fact("Crest factor", in(key::crest_factor, "dB"));
    facts += fact("Noise floor",
                  at_most(take) + typeset(as_aes17(measured.value(key::noise_floor))) + " dBFS");
    facts += fact("SNR", at_least(take) + in(key::snr, "dB"));
    facts += fact("Clipped", clipped_text(take));
    if (take.hum) {
        facts += fact("Hum", fmt::format("{:.0f} Hz, {} dBFS", take.hum->fundamental.value(),
                                         typeset(to_aes17(take.hum->level).db(), 1)));
    }
    return "<dl class=\"facts\">" + facts + "</dl>";
}

std::string card_findings(const take::Take& take) {
    std::string items;
    for (const verdict::Finding& finding : take.findings) {
        items += fmt::format("<li class=\"{}\">{}{}</li>", verdict::name(finding.severity),
                             prose(finding.evidence),
                             finding.action.empty() ? "" : " <b>" + prose(finding.action) + "</b>");
    }
    return items.empty() ? "" : "<ul class=\"card-findings\">" + items + "</ul>";
}

std::string source_line(const Page& page, const produce::Stem& stem) {
    const measure::MeasuredFile& file = stem.take->file;
    std::string line = stem.track.role.empty() ? "" : xml(stem.track.role) + " \u00B7 ";
    line += file_link(page, stem.track.file);
    line += fmt::format(" \u00B7 {} \u00B7 {}", xml(file.measurement.layout.name()),
                        rate(file.measurement.sample_rate));
    return file.info.codec.empty() ? line : line + " \u00B7 " + xml(file.info.codec);
}

std::string card(const Page& page,
                 std::size_t index,
                 const produce::Stem& stem,
                 const LevelDiagram& diagram,
                 DiagramRange range) {
    const take::Take& take = *stem.take;
    return fmt::format(
        "<article class=\"stem\" id=\"{0}\"><header><h3>{1}</h3>{2}</header>\n<p "
        "class=\"source\">{3}</p>\n"
        "<p class=\"advice\">{4}</p>\n<div class=\"diagram\">{5}</div>\n{6}{7}</article>\n",
        stem_id(index), xml(stem.track.name), zone_pill(take.zone), source_line(page, stem),
        prose(preamp_advice(take.gain_change)),
        to_svg(diagram, {stem_id(index) + "-levels", false, range}), key_figures(take),
        card_findings(take));
}

std::string failed_card(std::size_t index, const produce::Stem& stem) {
    return fmt::format("<article class=\"stem\" id=\"{}\"><header><h3>{}</h3>{}</header><p "
                       "class=\"advice\">{}</p></article>\n",
                       stem_id(index), xml(stem.track.name), pill("bad", "\u2715", "left out"),
                       fault(stem.take.error()));
}

} // namespace

std::string stems(const Page& page) {
    std::vector<LevelDiagram> diagrams;
    for (const produce::Stem& stem : page.production.stems) {
        diagrams.push_back(stem.take ? diagram_of(page, stem) : LevelDiagram{});
    }
    const DiagramRange range = range_of(diagrams);
    std::string rows;
    std::string cards;
    for (std::size_t index = 0; index < diagrams.size(); ++index) {
        const produce::Stem& stem = page.production.stems[index];
        if (stem.take) {
            rows += glance_row(index, stem, diagrams[index], range);
            cards += card(page, index, stem, diagrams[index], range);
        } else {
            cards += failed_card(index, stem);
        }
    }
    if (diagrams.empty()) {
        return section("stems", "The stems", "", "<p class=\"fine\">There were no stems.</p>\n");
    }
    const std::string glance =
        rows.empty() ? ""
                     : "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"All "
                       "stems\"><table class=\"glance\"><thead><tr>"
                       "<th scope=\"col\">Stem</th><th scope=\"col\">Recorded</th><th "
                       "scope=\"col\" class=\"bar-cell\">Noise, average, peak</th>"
                       "<th scope=\"col\" class=\"num\">Peak<small>dBFS</small></th><th "
                       "scope=\"col\" class=\"num\">Average<small>dBFS</small></th>"
                       "<th scope=\"col\" class=\"num\">SNR<small>dB</small></th><th "
                       "scope=\"col\">Next time</th></tr></thead><tbody>\n" +
                           rows + "</tbody></table></div>\n";
    return section("stems", "The stems",
                   "As recorded, after the trim, and in the mix. The average is the RMS of the "
                   "active parts in AES17 terms: "
                   "\u221218 dBFS is 0 VU.",
                   glance + "<div class=\"cards\">\n" + cards + "</div>\n");
}

} // namespace gainstage::report::html
