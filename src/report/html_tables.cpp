// SPDX-License-Identifier: MIT
// The page's lower part, for those who check: the plan, every reading, how it was measured, the
// files.
#include "meter/bridge.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/html_parts.h"

#include <algorithm>
#include <fmt/format.h>

namespace gainstage::report::html {
namespace {

std::string header_cell(std::string_view label, std::string_view unit, bool number) {
    return fmt::format("<th scope=\"col\"{}>{}{}</th>", number ? " class=\"num\"" : "", xml(label),
                       unit.empty() ? "" : fmt::format("<small>{}</small>", xml(unit)));
}

std::string why(const mix::PlannedTrack& track) {
    std::string words;
    for (const std::string* reason : {&track.trim_reason, &track.fader_reason, &track.pan_reason}) {
        words += reason->empty() ? "" : (words.empty() ? "" : " ") + sentence(*reason);
    }
    return words;
}

std::string plan_row(const mix::PlannedTrack& track) {
    return fmt::format("<tr><th scope=\"row\">{}</th><td data-label=\"Role\">{}</td><td "
                       "class=\"num\" data-label=\"Trim\">{}</td>"
                       "<td class=\"num\" data-label=\"Fader\">{}</td><td "
                       "data-label=\"Pan\">{}</td><td class=\"why\">{}</td></tr>\n",
                       xml(track.name), xml(track.role), typeset_gain(track.trim),
                       typeset_gain(track.fader), pan_text(track.pan), prose(why(track)));
}

/// Levels and ratios; the times of maxima are for programs.
std::vector<const meter::ReadingSpec*> shown_readings() {
    std::vector<const meter::ReadingSpec*> shown;
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        if (reading->always && reading->unit != "s") {
            shown.push_back(reading);
        }
    }
    return shown;
}

std::string measurement_row(std::string_view name, const meter::Measurement& measured) {
    std::string row = fmt::format("<tr><th scope=\"row\">{}</th>", xml(name));
    for (const meter::ReadingSpec* reading : shown_readings()) {
        row += fmt::format("<td class=\"num\">{}</td>",
                           typeset(measured.value(reading->key), reading->decimals));
    }
    return row + "</tr>\n";
}

std::string readings_table() {
    std::string rows;
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td "
                            "class=\"why\">{}</td><td><code>{}</code></td></tr>\n",
                            xml(reading->label), xml(reading->unit), xml(reading->standard),
                            xml(reading->key));
    }
    return "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Readings and their "
           "standards\"><table class=\"readings\">"
           "<thead><tr><th scope=\"col\">Reading</th><th scope=\"col\">Unit</th><th "
           "scope=\"col\">By</th><th scope=\"col\">In JSON and "
           "CSV</th></tr></thead><tbody>\n" +
           rows + "</tbody></table></div>\n";
}

std::string mono_convention(const produce::Production& production) {
    bool mono = false;
    bool dual = false;
    for (const produce::Stem& stem : production.stems) {
        if (stem.take && stem.take->file.measurement.layout.channels() == 1) {
            (stem.take->file.measurement.dual_mono ? dual : mono) = true;
        }
    }
    if (mono) {
        return "<li><b>Mono stems</b> are measured as one channel on one loudspeaker (ITU-R "
               "BS.1770-5). Played on two, their "
               "loudness is 3.01 LU higher.</li>\n";
    }
    return dual ? "<li><b>Mono stems</b> are measured as played on two loudspeakers (dual mono): "
                  "3.01 LU more than on one.</li>\n"
                : "";
}

std::string medium_note(const verdict::Medium& medium) {
    std::string text = fmt::format("<li><b>{}</b>: ", xml(medium.name));
    if (!medium.loudness.is_silent()) {
        text += fmt::format("{} \u00B1 {} LUFS, ", typeset(medium.loudness.db(), 1),
                            typeset(medium.tolerance.db(), 1));
    }
    text += fmt::format("true peak at most {} dBTP, {} bit", typeset(medium.ceiling.db(), 1),
                        medium.bits);
    text += medium.sample_rate ? fmt::format(", {}. ", rate(*medium.sample_rate))
                               : ", rate of the mix. ";
    text += medium.note.empty() ? "" : prose(medium.note) + ' ';
    return text +
           (medium.source.empty()
                ? ""
                : fmt::format("<span class=\"source\">Source: {}</span>", prose(medium.source))) +
           "</li>\n";
}

std::string file_row(const Page& page, const std::filesystem::path& path, std::string_view what) {
    return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", file_link(page, path),
                       xml(what));
}

} // namespace

std::string plan(const Page& page) {
    const mix::Plan& plan = page.production.staging.plan;
    std::string rows;
    for (const mix::PlannedTrack& track : plan.tracks) {
        rows += plan_row(track);
    }
    rows += fmt::format("<tr class=\"total\"><th scope=\"row\">All tracks</th><td>mix gain</td><td "
                        "class=\"num\" data-label=\"Mix gain\">{}</td>"
                        "<td></td><td></td><td class=\"why\">{}</td></tr>\n",
                        typeset_gain(plan.mix_gain), prose(plan.mix_gain_reason));
    return section("plan", "The plan",
                   "Every move that was made, and why. plan.json holds the same numbers: change "
                   "any of them and apply it again.",
                   "<table class=\"plan\"><thead><tr>" + header_cell("Track", "", false) +
                       header_cell("Role", "", false) + header_cell("Trim", "", true) +
                       header_cell("Fader", "", true) + header_cell("Pan", "", false) +
                       header_cell("Why", "", false) + "</tr></thead><tbody>\n" + rows +
                       "</tbody></table>\n");
}

std::string measurements(const Page& page) {
    std::string head = header_cell("File", "", false);
    for (const meter::ReadingSpec* reading : shown_readings()) {
        head += header_cell(reading->label, reading->unit, true);
    }
    std::string rows;
    for (const produce::Stem& stem : page.production.stems) {
        if (stem.take) {
            rows += measurement_row(stem.track.name, stem.take->file.measurement);
        }
    }
    rows += measurement_row("Mix", page.production.mix.measurement);
    for (const produce::Delivery& delivery : page.production.deliveries) {
        if (delivery.master) {
            rows += measurement_row("Master, " + delivery.medium.id, delivery.master->after);
        }
    }
    return section("measurements", "Every measurement",
                   "\u2212\u221E is digital silence; \u2014 could not be measured. report.json has "
                   "the same with full precision, and each channel.",
                   "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Every "
                   "measurement\"><table class=\"measurements\"><thead><tr>" +
                       head + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n");
}

std::string method(const Page& page) {
    std::string notes =
        "<li><b>RMS</b> comes in two conventions, 3.01 dB apart. In the "
        "measurements it is mathematical: a full-scale sine reads "
        "\u22123.01 dBFS. In diagrams, averages and noise floors it is AES17, "
        "where that sine reads 0 dBFS; \u201Caverage \u221218 "
        "dBFS = 0 VU\u201D is meant that way.</li>\n"
        "<li><b>Average</b> is the RMS of the parts in which something plays; "
        "pauses do not count.</li>\n"
        "<li><b>Headroom</b> is from the peak up to the clip point, or to the "
        "medium\u2019s ceiling; <b>SNR</b> from the noise floor up "
        "to the average. A stem that never pauses has no noise floor in its diagram, "
        "and \u2264 and \u2265 before its figures: what lies under it may be music.</li>\n"
        "<li><b>True peak of a master</b> is that of the written file, read by a "
        "16-times oversampled reference; it may read 0.01 dB over "
        "the ceiling and no more.</li>\n"
        "<li><b>In spec</b> means: the written file\u2019s integrated loudness is "
        "within the medium\u2019s tolerance and its true peak under "
        "the ceiling.</li>\n" +
        mono_convention(page.production);
    std::string media;
    for (const produce::Delivery& delivery : page.production.deliveries) {
        media += medium_note(delivery.medium);
    }
    return section("method", "How it was measured", "",
                   readings_table() + "<ul class=\"notes-list\">\n" + notes + "</ul>\n" +
                       (media.empty()
                            ? ""
                            : "<h3>What each medium asks for</h3>\n<ul class=\"notes-list\">\n" +
                                  media + "</ul>\n"));
}

std::string files(const Page& page) {
    const produce::Production& production = page.production;
    std::string rows;
    for (const produce::Delivery& delivery : production.deliveries) {
        if (delivery.master) {
            rows += file_row(page, delivery.master->file, "master for " + delivery.medium.name);
        }
    }
    if (!production.mix.file.empty()) {
        rows += file_row(page, production.mix.file, "the mix, 32-bit float, with its headroom");
    }
    for (const ListedFile& file : page.options.other_files) {
        rows += file_row(page, file.path, file.description);
    }
    for (const produce::Stem& stem : production.stems) {
        rows += file_row(page, stem.track.file,
                         stem.take ? "stem, unchanged" : "stem, could not be read");
    }
    return section("files", "Files", "",
                   rows.empty() ? "<p class=\"fine\">None.</p>\n"
                                : "<table class=\"files\"><tbody>\n" + rows + "</tbody></table>\n");
}

} // namespace gainstage::report::html
