// SPDX-License-Identifier: MIT
// The page's upper part: what was delivered, what to do, the mix and its masters.
#include "report/escape.h"
#include "report/figures.h"
#include "report/html_parts.h"
#include "report/level_diagrams.h"
#include "report/loudness_chart.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace gainstage::report::html {
namespace {

std::string big_figure(std::string_view number, std::string_view unit, std::string_view what) {
    return fmt::format(
        "<div class=\"big\"><dt>{}</dt><dd><b>{}</b> <span class=\"unit\">{}</span></dd></div>",
        what, number, unit);
}

std::string fact(std::string_view what, std::string_view value) {
    return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", what, value);
}

std::string delivered_card(const Page& page, const master::Master& master) {
    const SpecCheck spec = check(master);
    std::string facts;
    if (!master.medium.loudness.is_silent()) {
        facts +=
            fact("Target", fmt::format("{} \u00B1 {} LUFS", typeset(master.medium.loudness.db(), 1),
                                       typeset(master.medium.tolerance.db(), 1)));
    }
    facts += fact("Ceiling", fmt::format("{} dBTP", typeset(master.medium.ceiling.db(), 1)));
    facts += fact("Loudness range",
                  fmt::format("{} LU", typeset(master.after.value(key::loudness_range), 1)));
    facts += fact("Limiter", fmt::format("at most {} dB, {:.0f} % of the time",
                                         typeset(master.max_gain_reduction.db(), 1),
                                         100.0 * std::clamp(master.limited_share, 0.0, 1.0)));
    facts += fact("File", file_link(page, master.file));
    return fmt::format(
        "<article class=\"delivery\"><header><h3>{}</h3>{}</header><dl class=\"bigs\">{}{}</dl>"
        "<dl class=\"facts\">{}</dl></article>\n",
        xml(master.medium.name),
        spec.in_spec() ? pill("ok", "\u2713", "in spec") : pill("bad", "\u2715", spec.words),
        big_figure(typeset(master.after.value(key::integrated)), "LUFS", "Integrated loudness"),
        big_figure(typeset(master.true_peak_16x.db()), "dBTP", "True peak"), facts);
}

std::string failed_card(const produce::Delivery& delivery) {
    return fmt::format(
        "<article class=\"delivery\"><header><h3>{}</h3>{}</header><p>{}</p></article>\n",
        xml(delivery.medium.name), pill("bad", "\u2715", "not made"),
        fault(delivery.master.error()));
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// "10 stems · 48 kHz · 3:24"
std::string summary_line(const produce::Production& production) {
    std::string line = counted(production.stems.size(), "stem", "stems");
    const meter::Measurement& mix = production.mix.measurement;
    if (mix.sample_rate.value() > 0.0) {
        line += fmt::format(" \u00B7 {} \u00B7 {}", rate(mix.sample_rate), clock(mix.duration()));
    }
    return line;
}

struct Counts {
    std::size_t made = 0;
    std::size_t in_spec = 0;
};

Counts count(const produce::Production& production) {
    Counts counts;
    for (const produce::Delivery& delivery : production.deliveries) {
        if (delivery.master) {
            ++counts.made;
            counts.in_spec += check(*delivery.master).in_spec() ? 1 : 0;
        }
    }
    return counts;
}

const char* mark_of(verdict::Severity severity) {
    switch (severity) {
    case verdict::Severity::info:
        return "i";
    case verdict::Severity::warning:
        return "!";
    case verdict::Severity::error:
        return "\u2715";
    }
    return "";
}

std::string failure_item(std::string_view stage, const Error& error) {
    std::string text =
        fmt::format("<li class=\"finding error\"><p class=\"where\">{} <span>{}</span></p>",
                    pill("error", "\u2715", "left out"), xml(stage));
    if (!error.action.empty()) {
        text += fmt::format("<p class=\"action\">{}</p>", prose(error.action));
    }
    return text + fmt::format("<p class=\"evidence\">{}</p></li>\n",
                              fault({error.kind, error.where, error.what, ""}));
}

std::string failure_items(const produce::Production& production) {
    std::string items;
    for (const produce::Stem& stem : production.stems) {
        if (!stem.take) {
            items += failure_item(stem.track.name, stem.take.error());
        }
    }
    for (const produce::Delivery& delivery : production.deliveries) {
        if (!delivery.master) {
            items += failure_item(delivery.medium.name, delivery.master.error());
        }
    }
    return items;
}

/// What is good to know of the mix and the masters; a stem's is on its own card.
std::string notes(const produce::Production& production) {
    std::string items;
    const auto add = [&](const std::vector<verdict::Finding>& findings) {
        for (const verdict::Finding& finding : findings) {
            items += finding.severity == verdict::Severity::info ? finding_item(finding) : "";
        }
    };
    add(production.staging.findings);
    add(production.mix.findings);
    for (const produce::Delivery& delivery : production.deliveries) {
        if (delivery.master) {
            add(delivery.master->findings);
        }
    }
    return items;
}

std::string
chart_figure(std::string_view title, std::string_view facts, const LoudnessChart& chart) {
    return fmt::format(
        "<figure class=\"chart\"><figcaption><b>{}</b> <span>{}</span></figcaption>{}</figure>\n",
        title, facts, to_svg(chart));
}

std::string loudness_facts(const meter::Measurement& measured) {
    return fmt::format("{} LUFS \u00B7 range {} LU \u00B7 short-term up to {} LUFS",
                       typeset(measured.value(key::integrated), 1),
                       typeset(measured.value(key::loudness_range), 1),
                       typeset(measured.value(key::max_short_term), 1));
}

std::optional<Lufs> integrated_of(const meter::Measurement& measured) {
    const auto value = measured.value(key::integrated);
    return value ? std::optional<Lufs>{Lufs{*value}} : std::nullopt;
}

} // namespace

std::string finding_item(const verdict::Finding& finding) {
    const std::string severity(verdict::name(finding.severity));
    std::string text =
        fmt::format("<li class=\"finding {}\"><p class=\"where\">{} <span>{}</span></p>", severity,
                    pill(severity, mark_of(finding.severity), severity), xml(finding.stage));
    if (!finding.action.empty()) {
        text += fmt::format("<p class=\"action\">{}</p>", prose(finding.action));
    }
    text += fmt::format("<p class=\"evidence\">{}</p>", prose(finding.evidence));
    if (!finding.reason.empty()) {
        text += fmt::format("<p class=\"reason\">{}</p>", prose(finding.reason));
    }
    return text + "</li>\n";
}

std::string headline(const Page& page) {
    const produce::Production& production = page.production;
    const std::string title =
        production.session.title.empty() ? "Untitled" : production.session.title;
    const Counts counts = count(production);
    std::string cards;
    for (const produce::Delivery& delivery : production.deliveries) {
        cards += delivery.master ? delivered_card(page, *delivery.master) : failed_card(delivery);
    }
    const std::string verdict =
        production.deliveries.empty()
            ? "No masters were asked for."
            : fmt::format("{} of {} in spec.", counts.in_spec,
                          counted(production.deliveries.size(), "master", "masters"));
    const std::string date =
        page.options.date.empty() ? "" : fmt::format(" \u00B7 {}", xml(page.options.date));
    return fmt::format(
        "<header class=\"top\">\n<p class=\"kicker\">gainstage \u00B7 production "
        "report</p>\n<h1>{}</h1>\n"
        "<p class=\"lead\">{}{}</p>\n</header>\n<section id=\"delivered\" aria-label=\"What was "
        "delivered\">\n"
        "<p class=\"verdict\">{}</p>\n<div class=\"deliveries\">{}</div>\n</section>\n",
        xml(title), summary_line(production), date, verdict, cards);
}

std::string to_do(const Page& page) {
    std::vector<verdict::Finding> findings = produce::all_findings(page.production);
    std::ranges::stable_sort(findings, [](const verdict::Finding& a, const verdict::Finding& b) {
        return a.severity > b.severity;
    });
    std::string urgent = failure_items(page.production);
    for (const verdict::Finding& finding : findings) {
        urgent += finding.severity == verdict::Severity::info ? "" : finding_item(finding);
    }
    std::string body = urgent.empty() ? "<p class=\"fine\">Nothing. Every stem, the mix and the "
                                        "masters are where they should "
                                        "be.</p>\n"
                                      : "<ol class=\"findings\">\n" + urgent + "</ol>\n";
    const std::string others = notes(page.production);
    if (!others.empty()) {
        body += "<h3>Good to know</h3>\n<ul class=\"findings notes\">\n" + others + "</ul>\n";
    }
    return section("first", "Do this first",
                   urgent.empty() ? ""
                                  : "In the order of weight. What is wrong at the source is "
                                    "cheapest to put right there.",
                   body);
}

std::string masters(const Page& page) {
    std::vector<LevelDiagram> diagrams;
    std::vector<const master::Master*> made;
    for (const produce::Delivery& delivery : page.production.deliveries) {
        if (delivery.master) {
            made.push_back(&*delivery.master);
            diagrams.push_back(master_diagram(page.production, *delivery.master, page.targets));
        }
    }
    if (diagrams.empty()) {
        diagrams.push_back(mix_diagram(page.production, page.targets));
    }
    const DiagramRange range = range_of(diagrams);
    std::string figures;
    for (std::size_t index = 0; index < diagrams.size(); ++index) {
        const std::string title = index < made.size() ? xml(made[index]->medium.name) : "Mix";
        figures += fmt::format(
            "<figure class=\"diagram wide\"><figcaption><b>{}</b></figcaption><div "
            "class=\"scroll\" "
            "tabindex=\"0\" role=\"group\" aria-label=\"Level diagram\">{}</div></figure>\n",
            title, to_svg(diagrams[index], {fmt::format("master-{}", index + 1), false, range}));
    }
    return section("levels", "From the mix to the masters",
                   "Each column is a stage of the signal\u2019s way. Green is where the levels "
                   "should be, red is over the clip "
                   "point or the ceiling. The band runs from the average up to the peaks; the "
                   "scale is finer above \u221230 dB.",
                   "<div class=\"diagrams\">\n" + figures + "</div>\n");
}

std::string loudness(const Page& page) {
    const meter::Measurement& mix = page.production.mix.measurement;
    LoudnessChart chart;
    chart.id = "chart-mix";
    chart.title = "Loudness of the mix over time";
    chart.history = &mix.history;
    chart.duration = mix.sample_rate.value() > 0.0 ? mix.duration() : Seconds{0.0};
    chart.integrated = integrated_of(mix);
    std::string figures = chart_figure("Mix", loudness_facts(mix), chart);
    std::size_t index = 0;
    for (const produce::Delivery& delivery : page.production.deliveries) {
        if (!delivery.master) {
            continue;
        }
        const master::Master& master = *delivery.master;
        LoudnessChart of_master;
        of_master.id = fmt::format("chart-{}", ++index);
        of_master.title = "Loudness of the master for " + master.medium.name + " over time";
        of_master.history = &master.after.history;
        of_master.duration =
            master.after.sample_rate.value() > 0.0 ? master.after.duration() : Seconds{0.0};
        of_master.integrated = integrated_of(master.after);
        if (!master.medium.loudness.is_silent()) {
            of_master.target = master.medium.loudness;
        }
        of_master.gain_reduction_db = master.gain_reduction_db;
        of_master.max_gain_reduction = master.max_gain_reduction;
        figures += chart_figure(xml(master.medium.name),
                                fmt::format("{} \u00B7 limiter at most {} dB",
                                            loudness_facts(master.after),
                                            typeset(master.max_gain_reduction.db(), 1)),
                                of_master);
    }
    return section("loudness", "Loudness over time",
                   "<span class=\"swatch short-term\"></span>short-term (3 s) <span class=\"swatch "
                   "momentary\"></span>momentary "
                   "(0.4 s) <span class=\"swatch target\"></span>target <span class=\"swatch "
                   "reduction\"></span>what the limiter takes",
                   figures);
}

} // namespace gainstage::report::html
