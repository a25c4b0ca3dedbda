// SPDX-License-Identifier: MIT
#include "circuit/variants.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gainstage::circuit {
namespace {

/// The choices of a switch: the one that is set, or all there are.
template <typename Value>
std::vector<Value> choices(const Setting<Value>& setting, std::vector<Value> all) {
    return setting.value ? std::vector<Value>{*setting.value} : all;
}

/// What the document says in the place of the sheet.
void apply_own_figures(const DeviceSpec& spec, Device& device) {
    if (spec.gain_step) {
        device.gain_range.step = *spec.gain_step;
    }
    if (spec.jitter) {
        device.jitter = spec.jitter;
    }
    if (spec.balanced) {
        device.balanced = *spec.balanced;
    }
    if (spec.gain_tolerance && device.gain_stage) {
        device.stages[*device.gain_stage].gain_deviation =
            Gain::from_db(spec.gain_tolerance->db() / std::sqrt(3.0)); // uniform, either way
    }
}

/// Inputs of interfaces and preamps: kind, pad, impedance.
void add_inputs(const DeviceSpec& spec,
                const GearEntry& entry,
                int bits,
                SheetNotes& notes,
                std::vector<Variant>& to) {
    const bool is_interface = entry.gear_class == GearClass::interface;
    auto kinds = input_kinds_of(entry);
    if (kinds.empty()) {
        kinds.emplace_back("mic");
    }
    for (const std::string& kind : choices(spec.input, kinds)) {
        const InputOptions options = input_options(entry, kind);
        auto impedances = choices(spec.input_impedance, options.impedances);
        const bool has_impedances = !impedances.empty();
        if (!has_impedances) {
            impedances.emplace_back(0.0);
        }
        // A switch it doesn't have can't be set, whatever the document says.
        const auto nominals = options.nominals.empty()
                                  ? std::vector<NominalLevel>{NominalLevel::plus_4_dbu}
                                  : choices(spec.nominal_switch, options.nominals);
        const auto add = [&](Gain pad, Ohms impedance, NominalLevel nominal) {
            Variant variant;
            InputSettings settings{kind, pad, std::nullopt, bits, nominal};
            if (!options.nominals.empty()) {
                variant.settings.nominal = nominal;
            }
            if (has_impedances) {
                settings.impedance = impedance;
                variant.settings.impedance = impedance;
            }
            variant.device =
                is_interface ? input(entry, settings, notes) : preamp(entry, settings, notes);
            variant.settings.input = kind;
            if (options.pads.size() > 1 || spec.pad.value) {
                variant.settings.pad = pad;
            }
            to.push_back(std::move(variant));
        };
        for (const Gain pad : choices(spec.pad, options.pads)) {
            for (const Ohms impedance : impedances) {
                for (const NominalLevel nominal : nominals) {
                    add(pad, impedance, nominal);
                }
            }
        }
    }
}

void add_di(const DeviceSpec& spec,
            const GearEntry& entry,
            SheetNotes& notes,
            std::vector<Variant>& to) {
    std::vector<Gain> pads{Gain{}};
    for (const double pad_db : entry.figures.numbers("pads_db")) {
        if (pad_db < 0.0) {
            pads.push_back(Gain::from_db(pad_db));
        }
    }
    for (const Gain pad : choices(spec.pad, pads)) {
        Variant variant;
        variant.device = di_box(entry, pad, notes);
        if (pads.size() > 1 || spec.pad.value) {
            variant.settings.pad = pad;
        }
        to.push_back(std::move(variant));
    }
}

std::vector<Variant>
of_gear(const DeviceSpec& spec, const GearEntry& entry, int bits, SheetNotes& notes) {
    std::vector<Variant> all;
    switch (entry.gear_class) {
    case GearClass::interface:
    case GearClass::preamp:
        add_inputs(spec, entry, bits, notes, all);
        break;
    case GearClass::di_box:
        add_di(spec, entry, notes, all);
        break;
    case GearClass::cable:
        all.push_back({.device = cable(entry, spec.length_m, notes)});
        break;
    case GearClass::amplifier:
        all.push_back({.device = amplifier(entry, std::nullopt, notes)});
        break;
    case GearClass::speaker:
        all.push_back({.device = transducer(entry, spec.distance_m, spec.count, notes).device});
        break;
    case GearClass::instrument: { // a pedal: what it looks like from before
        Sheet sheet(entry.figures, fields_of(entry.gear_class), entry.name(), notes);
        const Ohms impedance{sheet.number("input_impedance_ohm", {1e6, 500e3, 2e6})};
        all.push_back({.device = load(entry.name(), impedance, std::nullopt)});
        break;
    }
    case GearClass::microphone:
    case GearClass::sound_source:
        all.push_back({.device = {.name = entry.name()}}); // judged: nothing goes through it
        break;
    }
    for (Variant& variant : all) {
        variant.settings.gear = entry.id;
        variant.settings.name = entry.name();
    }
    return all;
}

/// A gain that is known is set; one that isn't stays open.
void set_gain(const DeviceSpec& spec, Variant& variant) {
    Device& device = variant.device;
    if (!device.gain_stage) {
        return;
    }
    Stage& stage = device.stages[*device.gain_stage];
    if (spec.gain.value) {
        stage.set_gain(*spec.gain.value);
        variant.settings.gain = *spec.gain.value;
    } else if (device.gain_range.least == device.gain_range.most) {
        stage.set_gain(device.gain_range.least);
        variant.settings.gain = device.gain_range.least;
    } else {
        variant.gain_is_open = true;
    }
}

} // namespace

std::vector<Variant> variants_of(const DeviceSpec& spec, int bits, SheetNotes& notes) {
    std::vector<Variant> all;
    if (spec.kind == DeviceKind::pad) {
        all.push_back({.device = pad_device(spec.pad_shape, spec.pad_loss, spec.impedance)});
    } else if (spec.kind == DeviceKind::load) {
        all.push_back({.device = load(spec.name, spec.impedance, spec.max_input)});
    }
    for (const GearEntry* entry : spec.candidates) {
        if (entry == nullptr) {
            all.push_back({.settings = {.name = "nothing", .left_out = true}});
            continue;
        }
        auto variants = of_gear(spec, *entry, bits, notes);
        std::ranges::move(variants, std::back_inserter(all));
    }
    for (Variant& variant : all) {
        variant.settings.spec = &spec;
        if (variant.settings.name.empty()) {
            variant.settings.name = variant.device.name;
        }
        apply_own_figures(spec, variant.device);
        set_gain(spec, variant);
    }
    return all;
}

std::vector<SourceVariant>
variants_of(const SourceSpec& spec, const GivenLevels& given, SheetNotes& notes) {
    std::vector<SourceVariant> all;
    if (spec.microphone != nullptr) {
        SoundLevel sound;
        if (spec.sound != nullptr) {
            sound = sound_level(*spec.sound, spec.distance_m, notes);
        }
        sound.average = spec.average_spl.value_or(given.average_spl.value_or(sound.average));
        sound.peak = spec.peak_spl.value_or(given.peak_spl.value_or(sound.peak));
        std::vector<Gain> pads{Gain{}};
        for (const double pad_db : spec.microphone->figures.numbers("pads_db")) {
            if (pad_db < 0.0) {
                pads.push_back(Gain::from_db(pad_db));
            }
        }
        for (const Gain pad : choices(spec.pad, pads)) {
            SourceVariant variant{
                .source = microphone(*spec.microphone, spec.pattern, pad, sound, notes)};
            if (pads.size() > 1 || spec.pad.value) {
                variant.settings.pad = pad;
            }
            variant.settings.gear = spec.microphone->id;
            all.push_back(std::move(variant));
        }
    } else if (spec.instrument != nullptr) {
        all.push_back({.settings = {.gear = spec.instrument->id},
                       .source = instrument(*spec.instrument, notes)});
    } else if (spec.amplifier != nullptr) {
        all.push_back({.settings = {.gear = spec.amplifier->id},
                       .source = speaker_output(*spec.amplifier, notes)});
    } else {
        const Ohms impedance = spec.impedance.value_or(given.impedance.value_or(Ohms{100.0}));
        const Dbu unknown{0.0};
        all.push_back({.source = line_source(given.name.empty() ? spec.id : given.name, unknown,
                                             unknown, impedance)});
    }
    for (SourceVariant& variant : all) {
        SourceDevice& source = variant.source;
        variant.settings.name =
            spec.microphone != nullptr ? spec.microphone->name() : source.device.name;
        const auto average = spec.average ? spec.average : given.average;
        const auto peak = spec.peak ? spec.peak : given.peak;
        // One of the two given: the other keeps its distance.
        const Gain crest = source.peak - source.average;
        if (average || peak) {
            source.average = average ? *average : *peak - crest;
            source.peak = peak ? std::max(*peak, source.average) : source.average + crest;
        }
    }
    return all;
}

} // namespace gainstage::circuit
