// SPDX-License-Identifier: MIT
#include "app/chain_input.h"

#include "measure/measure.h"
#include "report/figures.h"

#include <cmath>
#include <filesystem>

namespace gainstage::app {
namespace {

/// Levels of the sources that are recordings: average of what plays, peak of the samples.
Result<circuit::MeasuredLevels> measured_levels(const circuit::ChainDocument& document,
                                                const std::filesystem::path& folder) {
    circuit::MeasuredLevels levels;
    for (const circuit::SourceSpec& source : document.sources) {
        if (source.recording.empty()) {
            continue;
        }
        const auto file = measure::measure_file(folder / source.recording, {});
        if (!file) {
            return file.error();
        }
        const auto average = report::as_aes17(file->measurement.value(report::key::active_rms));
        const auto peak = file->measurement.value(report::key::sample_peak);
        if (!average || !peak || !std::isfinite(*average) || !std::isfinite(*peak)) {
            return Error{ErrorKind::unreadable, (folder / source.recording).string(),
                         "is silent: it says nothing about the level of " + source.id,
                         "name another recording"};
        }
        circuit::GivenLevels given;
        given.average = *source.recording_full_scale + Gain::from_db(*average);
        given.peak = *source.recording_full_scale + Gain::from_db(*peak);
        given.name = source.recording;
        levels.emplace(source.id, std::move(given));
    }
    return levels;
}

} // namespace

void ChainInput::add_to(CLI::App& verb) {
    gear.add_to(verb);
    targets.add_to(verb);
}

Result<LoadedChain> load(const ChainInput& input) {
    auto targets = input.targets.load();
    if (!targets) {
        return targets.error();
    }
    return load(input, std::move(*targets));
}

Result<LoadedChain> load(const ChainInput& input, verdict::Targets targets) {
    auto library = input.gear.load();
    if (!library) {
        return library.error();
    }
    auto text = read_text(input.file);
    if (!text) {
        return text.error();
    }
    // Gear is referred to where it lies: it moves in before anybody looks.
    LoadedChain loaded{std::move(*library), std::move(targets), std::move(*text), {}, {}};
    auto document = circuit::ChainDocument::parse(loaded.text, input.file, loaded.library);
    if (!document) {
        return document.error();
    }
    loaded.document = std::move(*document);
    auto measured =
        measured_levels(loaded.document, std::filesystem::path(input.file).parent_path());
    if (!measured) {
        return measured.error();
    }
    loaded.measured = std::move(*measured);
    return loaded;
}

Result<circuit::InputCalibration> load_calibration(const std::string& chain) {
    const std::filesystem::path file = circuit::calibration_file(chain);
    std::error_code none;
    if (!std::filesystem::exists(file, none)) {
        return circuit::InputCalibration{};
    }
    const auto text = read_text(file);
    if (!text) {
        return text.error();
    }
    return circuit::InputCalibration::parse(*text, file.string());
}

} // namespace gainstage::app
