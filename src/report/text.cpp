// SPDX-License-Identifier: MIT
#include "report/text.h"

#include "report/exposure.h"

#include "meter/channel_weight.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/items.h"
#include "report/level_diagrams.h"
#include "report/spectrum_chart.h"
#include "report/table.h"

#include <algorithm>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

std::string heading(std::string_view text, const TextOptions& options) {
    return inked(clean(text), Ink::strong, options) + '\n';
}

std::string cell_of(std::optional<double> value, const TextOptions& options, int decimals = 2) {
    return figure(value, decimals, options.unicode);
}

std::string unit_heading(const meter::ReadingSpec& reading) { return std::string(reading.unit); }

std::string failed_item(const Error& error, const TextOptions& options) {
    return item("  failed:", Ink::red, clean(error.message()), options);
}

template <typename Value>
std::string failures(std::span<const Outcome<Value>> outcomes, const TextOptions& options) {
    std::string out;
    for (const auto& outcome : outcomes) {
        if (!outcome.result) {
            out += failed_item(outcome.result.error(), options);
        }
    }
    return out;
}

/// What a mono file's loudness means must be said with it.
std::string mono_note(bool any_mono, bool any_dual_mono, const TextOptions& options) {
    std::string out;
    if (any_mono) {
        out += item("mono:", Ink::dim,
                    "measured as one channel on one loudspeaker (ITU-R BS.1770-5); on two "
                    "loudspeakers its loudness "
                    "is 3.01 LU higher.",
                    options);
    }
    if (any_dual_mono) {
        out += item("mono:", Ink::dim,
                    "measured as played on two loudspeakers (dual mono), 3.01 LU above the same "
                    "file on one.",
                    options);
    }
    return out;
}

/// How much each loudspeaker counts in loudness, where it isn't once each.
std::string weights_note(const audio::ChannelLayout& layout, const TextOptions& options) {
    std::string side;
    std::string out;
    for (int channel = 0; channel < layout.channels(); ++channel) {
        const double weight = meter::channel_weight(layout[channel]);
        std::string& list = weight == 0.0 ? out : side;
        if (weight != 1.0) {
            list += (list.empty() ? "" : ", ") + std::string(audio::short_name(layout[channel]));
        }
    }
    if (layout.channels() <= 2) {
        return "";
    }
    return item("weights:", Ink::dim,
                fmt::format("in loudness {} (ITU-R BS.1770-5 Annex 3, {}).",
                            layout.is_unknown()
                                ? "every channel counts 1.00, since none says what it is for"
                                : fmt::format("{}{}all others 1.00",
                                              side.empty() ? "" : side + " count 1.41, ",
                                              out.empty() ? "" : out + " nothing, "),
                            layout.name()),
                options);
}

bool is_mono(const meter::Measurement& measured) { return measured.layout.channels() == 1; }

/// Headings of the list of readings: each stands before the reading named.
struct ReadingGroup {
    std::string_view heading;
    std::string_view first_key;
};

constexpr ReadingGroup reading_groups[] = {
    {"Peaks", "sample_peak_dbfs"},   {"Average level", "rms_dbfs"},
    {"Loudness", "integrated_lufs"}, {"Dynamics", "crest_factor_db"},
    {"Stereo", "correlation"},       {"Faults and noise", "dc_offset"},
};

/// One file: a line a reading in groups, with its channels beside it. The standards are the first
/// to go where the terminal is narrow.
std::string meter_list(const Outcome<measure::MeasuredFile>& file, const TextOptions& options) {
    const measure::MeasuredFile& measured = *file.result;
    const meter::Measurement& measurement = measured.measurement;
    const int channels = measurement.layout.channels();
    constexpr int most_channels_shown = 8;
    const bool show_channels = channels > 1 && channels <= most_channels_shown;
    std::vector<TableColumn> columns = {
        {"Reading", "", false}, {"Value", "", true}, {"Unit", "", false}};
    for (int channel = 0; show_channels && channel < channels; ++channel) {
        columns.push_back({audio::short_name(measurement.layout[channel]), "", true});
    }
    constexpr int room_for_standards = 100;
    const bool show_standards = options.width == 0 || options.width >= room_for_standards;
    if (show_standards) {
        columns.push_back({"Standard", "", false});
    }
    Table table(std::move(columns));
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        if (!measurement.shows(*reading)) {
            continue;
        }
        for (const ReadingGroup& group : reading_groups) {
            if (group.first_key == reading->key) {
                table.add_heading(group.heading);
            }
        }
        std::vector<Cell> row = {
            {std::string(reading->label)},
            {cell_of(measurement.value(reading->key), options, reading->decimals), Ink::strong},
            {std::string(reading->unit)}};
        for (int channel = 0; show_channels && channel < channels; ++channel) {
            row.push_back({reading->per_channel ? cell_of(measurement.value(reading->key, channel),
                                                          options, reading->decimals)
                                                : ""});
        }
        if (show_standards) {
            row.push_back({std::string(reading->standard), Ink::dim});
        }
        table.add(std::move(row));
    }
    const double duration_s =
        measurement.sample_rate.value() > 0.0 ? measurement.duration().value() : 0.0;
    std::string facts = fmt::format("{}, {}, {}", measurement.layout.name(),
                                    rate(measurement.sample_rate), clock(Seconds{duration_s}, 1));
    if (!measured.info.codec.empty()) {
        const bool says_both = measured.info.codec.starts_with(measured.info.container);
        facts += ", " + (says_both ? "" : measured.info.container + ' ') + measured.info.codec;
    }
    const std::string spectrum = spectrum_text(measurement.spectrum, options);
    return heading(file.path.string(), options) + clean(facts) + "\n\n" + table.str(options) +
           (spectrum.empty() ? "" : '\n' + spectrum);
}

std::string meter_table(std::span<const Outcome<measure::MeasuredFile>> files,
                        const TextOptions& options) {
    std::vector<TableColumn> columns = {
        {"File", "", false}, {"Channels", "", false}, {"Duration", "", true}};
    std::vector<const meter::ReadingSpec*> shown;
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        const bool any = std::ranges::any_of(files, [&](const auto& file) {
            return file.result && file.result->measurement.shows(*reading);
        });
        if (reading->in_table && any) {
            shown.push_back(reading);
            columns.push_back({std::string(reading->label), unit_heading(*reading), true});
        }
    }
    Table table(std::move(columns));
    for (const auto& file : files) {
        if (!file.result) {
            continue;
        }
        const meter::Measurement& measured = file.result->measurement;
        const double duration_s =
            measured.sample_rate.value() > 0.0 ? measured.duration().value() : 0.0;
        std::vector<Cell> row = {
            {clean(file.path.string())}, {measured.layout.name()}, {clock(Seconds{duration_s}, 1)}};
        for (const meter::ReadingSpec* reading : shown) {
            row.push_back({cell_of(measured.value(reading->key), options, reading->decimals)});
        }
        table.add(std::move(row));
    }
    return table.str(options);
}

std::string clipped_cell(const take::Take& take) {
    if (take.clipping.count() == 0) {
        return "no";
    }
    return fmt::format("{} x", take.clipping.count());
}

/// A stem that never pauses shows its noise only as an upper bound.
std::string bound(const take::Take& take, const char* sign, const std::string& text) {
    return take.pauses ? text : sign + text;
}

std::vector<Cell>
take_row(const std::string& title, const take::Take& take, const TextOptions& options) {
    const meter::Measurement& measured = take.file.measurement;
    return {{clean(title)},
            {std::string(verdict::colour(take.zone)) + ", " + std::string(meaning(take.zone)),
             ink_of(take.zone)},
            {cell_of(measured.value(key::sample_peak), options)},
            {cell_of(as_aes17(measured.value(key::active_rms)), options)},
            {bound(take, "<", cell_of(as_aes17(measured.value(key::noise_floor)), options))},
            {bound(take, ">", cell_of(measured.value(key::snr), options))},
            {preamp_step(take.gain_change)},
            {clipped_cell(take), take.clipping.count() > 0 ? Ink::red : Ink::plain}};
}

Table take_table() {
    return Table({{"Take", "", false},
                  {"Zone", "", false},
                  {"Peak", "dBFS"},
                  {"Average", "dBFS"},
                  {"Noise", "dBFS"},
                  {"SNR", "dB"},
                  {"Preamp", "", false},
                  {"Clipped", "", false}});
}

constexpr std::string_view average_note =
    "Average: RMS of the active parts, AES17 (a full-scale sine reads 0 dBFS), so -18 dBFS is 0 "
    "VU. Noise likewise.";

std::string staged_table(const mix::Staging& staging, const TextOptions& options) {
    Table table({{"Track", "", false},
                 {"Role", "", false},
                 {"Average before", "dBFS"},
                 {"Trim", "dB"},
                 {"Average after", "dBFS"},
                 {"Peak after", "dBFS"},
                 {"Fader", "dB"},
                 {"Pan", "", false}});
    for (const mix::StagedTrack& track : staging.tracks) {
        table.add({{clean(track.planned.name), Ink::strong},
                   {clean(track.planned.role)},
                   {cell_of(as_aes17(track.before.value(key::active_rms)), options)},
                   {cell_of(track.planned.trim.db(), options)},
                   {cell_of(track.active_after.db(), options)},
                   {cell_of(track.peak_after.db(), options)},
                   {cell_of(track.planned.fader.db(), options)},
                   {pan_text(track.planned.pan)}});
    }
    return table.str(options);
}

std::string reasons(const mix::Plan& plan, const TextOptions& options) {
    std::string out;
    for (const mix::PlannedTrack& track : plan.tracks) {
        std::string words;
        for (const std::string* reason :
             {&track.trim_reason, &track.fader_reason, &track.pan_reason}) {
            words += reason->empty() ? "" : (words.empty() ? "" : " ") + sentence(*reason);
        }
        if (!words.empty()) {
            out += item("  " + clean(track.name) + ':', Ink::strong, clean(words), options);
        }
    }
    return out;
}

std::string skipped_items(const std::vector<mix::SkippedTrack>& skipped,
                          const TextOptions& options) {
    std::string out;
    for (const mix::SkippedTrack& skip : skipped) {
        out += failed_item(skip.error, options);
    }
    return out;
}

Table master_table() {
    return Table({{"Master", "", false},
                  {"Integrated", "LUFS"},
                  {"Target", "LUFS"},
                  {"True peak", "dBTP"},
                  {"Ceiling", "dBTP"},
                  {"Drive", "dB"},
                  {"Limiter", "dB"},
                  {"Verdict", "", false}});
}

std::vector<Cell> master_row(const master::Master& master, const TextOptions& options) {
    const SpecCheck spec = check(master);
    return {{clean(master.file.filename().string())},
            {cell_of(master.after.value(key::integrated), options), Ink::strong},
            {cell_of(master.medium.loudness.db(), options)},
            {cell_of(master.true_peak_16x.db(), options), Ink::strong},
            {cell_of(master.medium.ceiling.db(), options)},
            {cell_of(master.drive.db(), options)},
            {cell_of(master.max_gain_reduction.db(), options)},
            {spec.words, spec.in_spec() ? Ink::green : Ink::red}};
}

} // namespace

std::string meter_text(std::span<const Outcome<measure::MeasuredFile>> files,
                       const TextOptions& options) {
    bool any_mono = false;
    bool any_dual_mono = false;
    std::vector<audio::ChannelLayout> layouts;
    std::size_t measured = 0;
    for (const auto& file : files) {
        if (file.result) {
            ++measured;
            const meter::Measurement& measurement = file.result->measurement;
            any_dual_mono = any_dual_mono || (is_mono(measurement) && measurement.dual_mono);
            any_mono = any_mono || (is_mono(measurement) && !measurement.dual_mono);
            if (std::ranges::find(layouts, measurement.layout) == layouts.end()) {
                layouts.push_back(measurement.layout);
            }
        }
    }
    std::string out;
    if (files.size() == 1 && measured == 1) {
        out = meter_list(files.front(), options);
    } else if (measured > 0) {
        out = meter_table(files, options);
    }
    out += mono_note(any_mono, any_dual_mono, options);
    for (const audio::ChannelLayout& layout : layouts) {
        out += weights_note(layout, options);
    }
    for (const auto& file : files) {
        if (file.result && file.result->damage) {
            out += item(file.result->is_partial() ? "partial:" : "damaged:", Ink::red,
                        clean(file.result->damage->message()), options);
        }
    }
    return out + failures(files, options);
}

std::string take_text(std::span<const Outcome<take::Take>> takes,
                      const TextOptions& options,
                      const take::SessionCheck* check) {
    Table table = take_table();
    std::string details;
    bool any = false;
    bool any_mono = false;
    for (const auto& take : takes) {
        if (!take.result) {
            continue;
        }
        any = true;
        any_mono = any_mono || is_mono(take.result->file.measurement);
        table.add(take_row(take.path.filename().string(), *take.result, options));
        const std::string items = exposure_text(take.result->exposure, options) +
                                  finding_items(take.result->findings, false, options);
        if (!items.empty()) {
            details += '\n' + heading(take.path.filename().string(), options) + items;
        }
    }
    std::string out;
    if (any) {
        out = table.str(options) + item("note:", Ink::dim, average_note, options);
    }
    out += details;
    if (check != nullptr && !check->findings.empty()) {
        out += '\n' + heading("Between the files", options) +
               finding_items(check->findings, true, options);
    }
    const std::string failed = failures(takes, options);
    return out + (out.empty() || failed.empty() ? "" : "\n") + failed;
}

std::string
stage_text(const mix::Staging& staging, const mix::RenderedMix* mix, const TextOptions& options) {
    std::string out = staged_table(staging, options);
    out += item("mix gain", Ink::strong,
                clean(gain_text(staging.plan.mix_gain) + " on all tracks alike. " +
                      sentence(staging.plan.mix_gain_reason)),
                options);
    out += fmt::format("expected peak of the mix {} dBFS\n",
                       figure(staging.expected_mix_peak.db(), 2, options.unicode));
    const std::string why = reasons(staging.plan, options);
    out += why.empty() ? "" : '\n' + heading("Why", options) + why;
    const std::string found =
        skipped_items(staging.skipped, options) + finding_items(staging.findings, true, options);
    out += found.empty() ? "" : '\n' + heading("Findings", options) + found;
    return mix == nullptr ? out : out + '\n' + mix_text(*mix, options);
}

std::string mix_text(const mix::RenderedMix& mix, const TextOptions& options) {
    const auto value = [&](std::string_view key) {
        return figure(mix.measurement.value(key), 2, options.unicode);
    };
    std::string out = heading("Mix " + mix.file.string(), options);
    out += fmt::format("  peak {} dBFS, true peak {} dBTP, {} LUFS, loudness range {} LU, {}\n",
                       value(key::sample_peak), value(key::true_peak), value(key::integrated),
                       value(key::loudness_range), clock(mix.measurement.duration(), 1));
    return out + skipped_items(mix.skipped, options) + finding_items(mix.findings, false, options);
}

std::string master_text(std::span<const MasterOutcome> masters, const TextOptions& options) {
    Table table = master_table();
    std::string details;
    bool any = false;
    for (const MasterOutcome& master : masters) {
        if (master.result) {
            any = true;
            table.add(master_row(*master.result, options));
            details += finding_items(master.result->findings, true, options);
        } else {
            details += failed_item(master.result.error(), options);
        }
    }
    return (any ? table.str(options) : "") + (any && !details.empty() ? "\n" : "") + details;
}

std::string produce_text(const produce::Production& production,
                         const verdict::Targets& targets,
                         const TextOptions& options) {
    Table takes = take_table();
    std::string failed;
    for (const produce::Stem& stem : production.stems) {
        if (stem.take) {
            takes.add(take_row(stem.track.name, *stem.take, options));
        } else {
            failed += failed_item(stem.take.error(), options);
        }
    }
    Table masters = master_table();
    for (const produce::Delivery& delivery : production.deliveries) {
        if (delivery.master) {
            masters.add(master_row(*delivery.master, options));
        } else {
            failed += failed_item(delivery.master.error(), options);
        }
    }
    std::string out = heading(production.session.title, options) + '\n' + takes.str(options);
    out += '\n' + staged_table(production.staging, options);
    out += '\n' + to_text(mix_diagram(production, targets), options);
    out += '\n' + masters.str(options);
    std::vector<verdict::Finding> findings = produce::all_findings(production);
    std::erase_if(findings, [](const verdict::Finding& finding) {
        return finding.severity == verdict::Severity::info;
    });
    std::ranges::stable_sort(findings, [](const verdict::Finding& a, const verdict::Finding& b) {
        return a.severity > b.severity;
    });
    const std::string found = failed + finding_items(findings, true, options);
    return found.empty() ? out : out + '\n' + heading("To do first", options) + found;
}

} // namespace gainstage::report
