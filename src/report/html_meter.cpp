// SPDX-License-Identifier: MIT
#include "report/html_meter.h"

#include "meter/loudness.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/level_diagrams.h"
#include "report/loudness_chart.h"
#include "report/loudness_histogram.h"
#include "report/spectrum_chart.h"
#include "report/vectorscope_picture.h"

#include <array>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

using Measured = Outcome<measure::MeasuredFile>;

struct Column {
    std::string_view key;
    std::string_view label;
    std::string_view unit;
    int decimals;
};

/// Of the table over all files.
constexpr std::array glance{
    Column{"integrated_lufs", "Integrated", "LUFS", 1},
    Column{"loudness_range_lu", "Range", "LU", 1},
    Column{"max_short_term_lufs", "Max short-term", "LUFS", 1},
    Column{"true_peak_dbtp", "True peak", "dBTP", 2},
    Column{"dr_db", "DR", "dB", 1},
    Column{"plr_db", "PLR", "dB", 1},
    Column{"correlation", "Correlation", "", 2},
    Column{"clipped_runs", "Clipped", "runs", 0},
};

std::string big(std::string_view label, const std::string& figure, std::string_view unit) {
    return fmt::format("<div class=\"big\"><dt>{}</dt><dd><b>{}</b> <span "
                       "class=\"unit\">{}</span></dd></div>",
                       label, figure, unit);
}

std::string figure_of(std::string_view title, std::string_view words, const std::string& picture) {
    return fmt::format("<figure><figcaption><b>{}</b> <span>{}</span></figcaption>{}</figure>\n",
                       title, words, picture);
}

Seconds length_of(const meter::Measurement& measured) {
    return measured.sample_rate.value() > 0.0 ? measured.duration() : Seconds{0.0};
}

std::string facts_of(const measure::MeasuredFile& file) {
    const meter::Measurement& measured = file.measurement;
    std::string facts = fmt::format("{}, {}, {}", xml(measured.layout.name()),
                                    rate(measured.sample_rate), clock(length_of(measured), 1));
    if (!file.info.codec.empty()) {
        const bool says_both = file.info.codec.starts_with(file.info.container); // "FLAC 24 bit"
        facts += ", " + (says_both ? "" : xml(file.info.container) + ' ') + xml(file.info.codec);
    }
    if (const auto bits = measured.value("bits_used")) {
        facts += fmt::format(", {:.0f} bits used", *bits);
    }
    if (measured.layout.channels() == 1) {
        facts += measured.dual_mono ? ", loudness as played on two loudspeakers"
                                    : ", loudness as played on one loudspeaker";
    }
    return facts + ", gates " + (measured.exact_gating ? "" : "in ") + gating_name(measured);
}

/// What a reader must know before the figures: they are of a part, or of a guess.
std::string warnings_of(const measure::MeasuredFile& file) {
    const meter::Measurement& measured = file.measurement;
    std::string out;
    const auto add = [&](const std::string& text) {
        out += fmt::format("<p class=\"failed\">{}.</p>\n", xml(with_minus_signs(text)));
    };
    if (file.damage) {
        add((file.is_partial() ? "Of a part only: " : "") + file.damage->message());
    }
    if (measured.non_finite_samples > 0) {
        add(fmt::format("{} {} NaN or infinite and measured as silence",
                        measured.non_finite_samples,
                        measured.non_finite_samples == 1 ? "sample is" : "samples are"));
    }
    if (measured.layout.is_unknown()) {
        add(fmt::format("The file doesn't say what its {} channels are for: each counts 1.00 in "
                        "loudness",
                        measured.layout.channels()));
    }
    return out;
}

std::string bigs_of(const meter::Measurement& measured) {
    const auto shown = [&](std::string_view key, int decimals) {
        return typeset(measured.value(key), decimals);
    };
    return "<dl class=\"bigs\">" + big("Integrated", shown(key::integrated, 1), "LUFS") +
           big("True peak", shown(key::true_peak, 1), "dBTP") +
           big("Range", shown(key::loudness_range, 1), "LU") +
           big("Crest", shown(key::crest_factor, 1), "dB") + big("DR", shown("dr_db", 0), "") +
           "</dl>";
}

std::string loudness_of(const meter::Measurement& measured, const std::string& id) {
    LoudnessChart chart;
    chart.id = id + "-loudness";
    chart.title = "Loudness over time";
    chart.history = &measured.history;
    chart.duration = length_of(measured);
    chart.integrated = measured.get(meter::integrated);
    return figure_of("Loudness over time",
                     "<span class=\"swatch short-term\"></span>short-term (3 s)<span "
                     "class=\"swatch momentary\"></span>momentary (0.4 s)",
                     to_svg(chart));
}

std::string pictures_of(const meter::Measurement& measured, const std::string& id) {
    std::string out = figure_of("How often which loudness", "LUFS; pale: under the gate",
                                loudness_histogram_svg(measured, id + "-histogram"));
    if (!measured.spectrum.empty()) {
        out += figure_of("Spectrum", "third octaves, dBFS",
                         spectrum_svg(measured.spectrum, id + "-spectrum"));
    }
    const std::string scope = vectorscope_svg(measured.vectorscope, id + "-scope");
    if (!scope.empty()) {
        out += figure_of("Vectorscope", "upright: mono", scope);
    }
    return "<div class=\"pictures\">\n" + out + "</div>\n";
}

std::string every_reading(const meter::Measurement& measured) {
    const int channels = measured.layout.channels();
    constexpr int most_channels_shown = 8;
    const bool show_channels = channels > 1 && channels <= most_channels_shown;
    std::string head =
        "<th scope=\"col\">Reading</th><th scope=\"col\" class=\"num\">Value</th><th "
        "scope=\"col\">Unit</th>";
    for (int c = 0; show_channels && c < channels; ++c) {
        head += fmt::format("<th scope=\"col\" class=\"num\">{}</th>",
                            audio::short_name(measured.layout[c]));
    }
    std::string rows;
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        if (!measured.shows(*reading)) {
            continue;
        }
        rows += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"num\">{}</td><td>{}</td>",
                            xml(reading->label),
                            typeset(measured.value(reading->key), reading->decimals),
                            xml(reading->unit));
        for (int c = 0; show_channels && c < channels; ++c) {
            rows += fmt::format("<td class=\"num\">{}</td>",
                                reading->per_channel
                                    ? typeset(measured.value(reading->key, c), reading->decimals)
                                    : "");
        }
        rows += fmt::format("<td class=\"why\">{}</td></tr>\n",
                            xml(with_minus_signs(reading->standard)));
    }
    return "<details><summary>Every reading</summary><div class=\"scroll\"><table "
           "class=\"readings\"><thead><tr>" +
           head + "<th scope=\"col\">By</th></tr></thead><tbody>\n" + rows +
           "</tbody></table></div></details>\n";
}

} // namespace

void MeterPage::add(const Measured& file) {
    const std::string id = fmt::format("file-{}", ++files_);
    only_file_ = file.path.filename().string();
    const std::string name = xml(file.path.string());
    if (!file.result) {
        rows_ += fmt::format("<tr><th scope=\"row\"><a href=\"#{}\">{}</a></th><td colspan=\"{}\" "
                             "class=\"why\">failed</td></tr>\n",
                             id, name, glance.size());
        cards_ += fmt::format("<article class=\"metered\" id=\"{}\"><header><h2>{}</h2></header><p "
                              "class=\"failed\">{}.</p></article>\n",
                              id, name, xml(with_minus_signs(file.result.error().message())));
        return;
    }
    const meter::Measurement& measured = file.result->measurement;
    rows_ += fmt::format("<tr><th scope=\"row\"><a href=\"#{}\">{}</a></th>", id, name);
    for (const Column& column : glance) {
        rows_ += fmt::format("<td class=\"num\">{}</td>",
                             typeset(measured.value(column.key), column.decimals));
    }
    rows_ += "</tr>\n";
    const LevelDiagram diagram = file_diagram(measured, only_file_, targets_);
    cards_ += fmt::format("<article class=\"metered\" id=\"{}\"><header><h2>{}</h2><span "
                          "class=\"source\">{}</span></header>\n{}",
                          id, name, facts_of(*file.result),
                          warnings_of(*file.result) + bigs_of(measured));
    cards_ += loudness_of(measured, id) + pictures_of(measured, id);
    cards_ += figure_of("What it is good for as it is",
                        "the same levels over the zones of a take, a track and a mix",
                        to_svg(diagram, {.id = id + "-levels"}));
    cards_ += every_reading(measured) + "</article>\n";
}

std::string MeterPage::str(const PageStamp& stamp) const {
    const std::string title = files_ == 1 ? only_file_ : fmt::format("Levels of {} files", files_);
    std::string body = fmt::format("<header class=\"top\"><p class=\"kicker\">gainstage "
                                   "meter</p><h1>{}</h1></header>\n",
                                   xml(title));
    if (files_ > 1) {
        std::string head = "<th scope=\"col\">File</th>";
        for (const Column& column : glance) {
            head += fmt::format("<th scope=\"col\" class=\"num\">{}<small>{}</small></th>",
                                column.label, column.unit);
        }
        body += "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"All "
                "files\"><table class=\"glance\"><thead><tr>" +
                head + "</tr></thead><tbody>\n" + rows_ + "</tbody></table></div>\n";
    }
    return html_page(title, body + cards_, stamp);
}

} // namespace gainstage::report
