// SPDX-License-Identifier: MIT
#include "circuit/rewrite.h"

#include "circuit/text_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace gainstage::circuit {
namespace {

struct Edit {
    Place place;
    std::string text;
};

/// A tenth of a decibel is what a knob can be set to; downwards, so that the odds stay what was
/// asked for.
std::string decibels(Gain gain) {
    const double db = std::floor(10.0 * gain.db() + 1e-6) / 10.0;
    return fmt::format("{:.1f}", db == 0.0 ? 0.0 : db);
}

void add_edits(const DeviceSettings& settings, std::vector<Edit>& to) {
    if (settings.spec == nullptr) {
        return;
    }
    if (settings.gain) {
        to.push_back({settings.spec->gain.question, decibels(*settings.gain)});
    }
    to.push_back({settings.spec->pad.question, decibels(settings.pad.value_or(Gain{}))});
    if (settings.input) {
        to.push_back({settings.spec->input.question, '"' + *settings.input + '"'});
    }
    if (settings.nominal) {
        to.push_back({settings.spec->nominal_switch.question,
                      fmt::format("\"{}\"", name(*settings.nominal))});
    }
    if (settings.impedance) {
        to.push_back({settings.spec->input_impedance.question,
                      fmt::format("{:g}", settings.impedance->value())});
    }
}

} // namespace

std::string with_settings(std::string_view text, const ChainSolution& solution) {
    std::vector<Edit> edits;
    for (const SourceSolution& source : solution.sources) {
        const DeviceSettings& first = source.best.settings.front();
        edits.push_back({source.spec->pad.question, decibels(first.pad.value_or(Gain{}))});
        for (const DeviceSettings& settings : source.best.settings) {
            add_edits(settings, edits);
        }
    }
    for (const PlaybackSolution& playback : solution.playbacks) {
        if (playback.volume && !playback.spec->devices.empty()) {
            edits.push_back(
                {playback.spec->devices.front().gain.question, decibels(*playback.volume)});
        }
    }
    std::erase_if(edits, [](const Edit& edit) { return edit.place.line == 0; });
    // From the end, so that what is before stays where it is.
    std::ranges::sort(edits, [](const Edit& a, const Edit& b) {
        return std::pair(a.place.line, a.place.column) > std::pair(b.place.line, b.place.column);
    });
    std::string out(text);
    for (const Edit& edit : edits) {
        const std::size_t at = offset_of(out, edit.place);
        const std::string_view there = std::string_view(out).substr(at, 3);
        if (there == "\"?\"" || there == "'?'") { // not where somebody wrote it as an escape
            out.replace(at, 3, edit.text);
        }
    }
    return out;
}

} // namespace gainstage::circuit
