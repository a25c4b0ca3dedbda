// SPDX-License-Identifier: MIT
#include "take/preamp.h"

#include "circuit/device.h"

#include <fmt/format.h>

#include <algorithm>

namespace gainstage::take {
namespace {

std::string known_ids(const circuit::ChainSolution& solution) {
    std::string ids;
    for (const circuit::SourceSolution& source : solution.sources) {
        ids += (ids.empty() ? "" : ", ") + source.id;
    }
    return ids;
}

/// The greatest pad of the input that is used.
Gain pad_loss(const circuit::DeviceSpec& spec, const circuit::DeviceSettings& settings) {
    Gain loss = settings.pad ? Gain::from_db(std::abs(settings.pad->db())) : Gain{};
    for (const circuit::GearEntry* entry : spec.candidates) {
        if (entry != nullptr && entry->id == settings.gear) {
            for (const Gain pad :
                 circuit::input_options(*entry, settings.input.value_or("")).pads) {
                loss = std::max(loss, Gain::from_db(std::abs(pad.db())));
            }
        }
    }
    return loss;
}

} // namespace

Result<Preamp> preamp_of(const circuit::ChainSolution& solution, std::string_view id) {
    const auto source = std::ranges::find_if(solution.sources, [&](const auto& one) {
        return one.id == id || (id.empty() && solution.sources.size() == 1);
    });
    if (source == solution.sources.end() && id.empty()) {
        return Error{ErrorKind::usage, "", "the chain has several sources",
                     "say with --input which one was recorded: " + known_ids(solution)};
    }
    if (source == solution.sources.end()) {
        return Error{ErrorKind::usage, "", fmt::format("the chain has no source \"{}\"", id),
                     "use --input with one of " + known_ids(solution)};
    }
    if (!source->best.recorded) {
        return Error{ErrorKind::usage, "", fmt::format("\"{}\" doesn't end in a converter", id),
                     "give the chain up to the interface that recorded"};
    }
    // The preamp is what can be turned up the most.
    std::optional<std::size_t> at;
    for (std::size_t i = 0; i < source->devices.size(); ++i) {
        const circuit::Device& device = source->devices[i];
        const auto span = [&](std::size_t k) {
            const circuit::GainRange& range = source->devices[k].gain_range;
            return range.most - range.least;
        };
        if (device.gain_stage && source->best.settings[i + 1].gain &&
            (!at || span(i) > span(*at))) {
            at = i;
        }
    }
    if (!at) {
        return Error{ErrorKind::usage, "", fmt::format("nothing in front of \"{}\" has a gain", id),
                     "set the level at the source, and leave --input out"};
    }
    const circuit::DeviceSettings& settings = source->best.settings[*at + 1];
    const circuit::DeviceSpec& spec = *settings.spec;
    return Preamp{.name = settings.name,
                  .range = source->devices[*at].gain_range,
                  .gain = *settings.gain,
                  .gain_is_set = !spec.gain.is_open(),
                  .pad = settings.pad,
                  .pad_loss = settings.pad ? pad_loss(spec, settings) : Gain{},
                  .noise = source->best.recorded->noise};
}

PreampSetting setting_for(const Preamp& preamp, Gain change) {
    const bool has_pad = preamp.pad && preamp.pad_loss > Gain{};
    const bool is_in = has_pad && preamp.pad->db() != 0.0;
    const Gain wanted = preamp.gain + change;
    bool in = is_in;
    if (has_pad && !is_in && wanted < preamp.range.least) {
        in = true;
    } else if (is_in && wanted > preamp.range.most) {
        in = false;
    }
    const Gain moved = in == is_in ? Gain{} : in ? preamp.pad_loss : -preamp.pad_loss;
    // A gain that no longer is on the scale (a step that was assumed) is left where it was.
    const Gain gain = change == Gain{} ? preamp.gain : preamp.range.at_most(wanted + moved);
    return {gain, has_pad ? std::optional(in ? -preamp.pad_loss : Gain{}) : std::nullopt,
            gain - preamp.gain - moved};
}

std::string setting_words(const Preamp& preamp, const PreampSetting& setting) {
    const char* const end = setting.gain <= preamp.range.least  ? ", the least it has"
                            : setting.gain >= preamp.range.most ? ", the most it has"
                                                                : "";
    std::string pad;
    if (setting.pad) {
        const bool in = setting.pad->db() != 0.0;
        const bool was_in = preamp.pad->db() != 0.0;
        pad = in == was_in ? (in ? ", its pad left in" : ", its pad left out")
                           : (in ? ", its pad in" : ", its pad out");
    }
    return fmt::format("its gain at {:.3g} dB{}{}", setting.gain.db(), end, pad);
}

} // namespace gainstage::take
