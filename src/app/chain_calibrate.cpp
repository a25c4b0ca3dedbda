// SPDX-License-Identifier: MIT
#include "app/chain_calibrate.h"

#include "app/outcome.h"
#include "audio/io/sink.h"
#include "circuit/calibration.h"
#include "measure/steady_tone.h"
#include "report/figures.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace gainstage::app {
namespace {

namespace fs = std::filesystem;

/// The source that was meant: by its id, or the only one.
Result<circuit::SourceSpec*> chosen(circuit::ChainDocument& document, const std::string& id) {
    if (id.empty() && document.sources.size() == 1) {
        return &document.sources.front();
    }
    std::string names;
    for (circuit::SourceSpec& source : document.sources) {
        if (source.id == id) {
            return &source;
        }
        names += (names.empty() ? "" : ", ") + source.id;
    }
    return Error{ErrorKind::usage, "--source",
                 id.empty() ? "has to say which source's input the tone was recorded through"
                            : "there is no source " + id,
                 "say one of: " + names};
}

/// What the knob of the interface was at, as the user says.
void set_gain(circuit::SourceSpec& source, double gain_db) {
    for (circuit::DeviceSpec& device : source.devices) {
        if (std::ranges::any_of(device.candidates, [](const circuit::GearEntry* entry) {
                return entry != nullptr && entry->gear_class == circuit::GearClass::interface;
            })) {
            device.gain.value = Gain::from_db(gain_db);
        }
    }
}

Result<circuit::CalibratedInput> calibrated(const CalibrateOptions& options, Console& console) {
    auto chain = load(options.input);
    if (!chain) {
        return chain.error();
    }
    const auto spec = chosen(chain->document, options.source);
    if (!spec) {
        return spec.error();
    }
    if (options.gain_db) {
        set_gain(**spec, *options.gain_db);
    }
    Result<measure::ToneRecording> recording = measure::ToneRecording{};
    {
        const Progress progress(console, "listening", 0);
        recording =
            measure::tone_recording(options.recording, options.channel - 1, progress.watch());
    }
    if (!recording) {
        return recording.error();
    }
    const auto tone = measure::steady_tone(*recording, Hertz{options.tone_hz}, options.recording);
    if (!tone) {
        return tone.error();
    }
    const auto solution = circuit::solve(chain->document, chain->targets, chain->measured);
    if (!solution) {
        return solution.error();
    }
    const auto source =
        std::ranges::find(solution->sources, (*spec)->id, &circuit::SourceSolution::id);
    if (source == solution->sources.end()) {
        return Error{ErrorKind::internal, options.input.file, (*spec)->id + " was not solved", ""};
    }
    return circuit::calibrated(
        *source, {tone->frequency, tone->level, fs::path(options.recording).filename().string()},
        options.sent_dbu ? std::optional(Dbu{*options.sent_dbu}) : std::nullopt,
        options.input.file);
}

/// The calibration's text with that input in it.
Result<std::string>
with(const circuit::CalibratedInput& input, const fs::path& chain, const fs::path& file) {
    std::string before;
    if (std::error_code none; fs::exists(file, none)) {
        auto text = read_text(file);
        if (!text) {
            return text.error();
        }
        before = std::move(*text);
    }
    return circuit::with_input(before, file.string(), input, chain.filename().string());
}

std::string told(const circuit::CalibratedInput& input) {
    const auto db = [](double value) { return report::figure(value, 2); };
    return fmt::format(
        "{}: the {} input of {} at {} dB of gain: {} dBu of {:.1f} Hz read {} dBFS. 0 dBFS takes "
        "{} dBu at the converter, {} dB {} the data sheet's {} dBu.\n",
        input.source, input.input, input.gear, report::figure(input.gain.db(), 1),
        db(input.sent.db()), input.tone.value(), db(input.recorded.db()),
        db(input.full_scale().db()), db(std::abs(input.difference.db())),
        input.difference.db() < 0.0 ? "less than" : "more than", db(input.sheet_full_scale.db()));
}

} // namespace

void CalibrateOptions::add_to(CLI::App& calibrate) {
    calibrate.add_option("chain", input.file, "The chain the tone went through: CHAIN.toml")
        ->required();
    calibrate.add_option("recording", recording, "What was recorded of the tone")->required();
    calibrate.add_option("--tone", tone_hz, "The tone's frequency in Hz")
        ->capture_default_str()
        ->check(CLI::Range(10.0, 100e3));
    calibrate
        .add_option("--dbu", sent_dbu,
                    "Its level at the interface's input in dBu, as a voltmeter reads it there; "
                    "otherwise the source's average_dbu through all that is before the input")
        ->check(CLI::Range(-120.0, 60.0));
    calibrate.add_option("--gain-db", gain_db, "Where the gain stood, if the chain leaves it open")
        ->check(CLI::Range(-120.0, 120.0));
    calibrate.add_option("--source", source, "Through which source's chain")->type_name("ID");
    calibrate.add_option("--channel", channel, "Of the recording, from 1 on")
        ->capture_default_str()
        ->check(CLI::Range(1, 1024));
    calibrate.add_flag("--dry-run", dry_run, "Say what was found, write nothing");
    input.add_to(calibrate);
    calibrate.footer(
        "Example: gainstage chain calibrate my.chain.toml tone.wav --tone 997 --dbu 4");
}

ExitCode run_calibrate(const CalibrateOptions& options, Console& console) {
    const auto input = calibrated(options, console);
    if (!input) {
        return fail(input.error(), console);
    }
    const fs::path file = circuit::calibration_file(options.input.file);
    const auto text = with(*input, options.input.file, file);
    if (!text) {
        return fail(text.error(), console);
    }
    console.result(told(*input));
    if (options.dry_run) {
        return exit_done;
    }
    if (const Status done = audio::io::write_text(file, *text); !done) {
        return fail(done.error(), console);
    }
    console.say("wrote " + file.string());
    return exit_done;
}

} // namespace gainstage::app
