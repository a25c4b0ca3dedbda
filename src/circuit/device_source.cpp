// SPDX-License-Identifier: MIT
// What is at the beginning of a path: microphones, instruments, outputs. Typical figures: see
// device.cpp.
#include "circuit/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gainstage::circuit {
namespace {

// A pressure or voltage peak as the level of the sine that has it: 20 log10(sqrt(2)) lower.
constexpr Gain peak_of_sine = aes17_offset;

constexpr Typical condenser_self_noise_dba{15.0, 7.0, 25.0};
constexpr Typical condenser_max_spl_db{130.0, 120.0, 140.0};
constexpr Typical crest_factor_db{14.0, 8.0, 20.0};     // standards 7.2: vocal, guitar, drums
constexpr Typical instrument_crest_db{12.0, 6.0, 18.0}; // the same: bass, guitar

Dbu from_millivolts(double mv) { return to_dbu(Volts{1e-3 * mv}); }

/// A peak in mV as the sine that has it.
Dbu from_peak_millivolts(double mv) { return from_millivolts(mv) - peak_of_sine; }

struct TypicalMicrophone {
    Typical sensitivity_mv_per_pa;
    Typical impedance_ohm;
};

TypicalMicrophone typical_microphone(std::string_view kind) {
    if (kind == "condenser") {
        return {{15.0, 6.0, 40.0}, {150.0, 50.0, 250.0}};
    }
    return kind == "ribbon" ? TypicalMicrophone{{2.0, 1.0, 4.0}, {250.0, 150.0, 400.0}}
                            : TypicalMicrophone{{1.8, 1.0, 3.0}, {200.0, 150.0, 350.0}};
}

std::optional<double>
by_pattern(const GearEntry& entry, std::string_view field, std::string_view pattern) {
    const Figure* figure = pattern.empty() ? nullptr : entry.figures.find(field);
    const auto* numbers =
        figure != nullptr ? std::get_if<std::map<std::string, double>>(&figure->value) : nullptr;
    if (numbers == nullptr) {
        return std::nullopt;
    }
    const auto found = numbers->find(std::string(pattern));
    return found != numbers->end() ? std::optional(found->second) : std::nullopt;
}

/// A microphone's output for 1 Pa, open circuit.
Dbu open_sensitivity(const GearEntry& entry,
                     std::string_view pattern,
                     double impedance_ohm,
                     Sheet& sheet) {
    const auto typical = typical_microphone(entry.kind).sensitivity_mv_per_pa;
    double mv = by_pattern(entry, "sensitivity_by_pattern_mv_per_pa", pattern).value_or(0.0);
    if (mv <= 0.0) {
        mv = sheet.number("sensitivity_mv_per_pa", typical);
    }
    const auto load_ohm = sheet.known("sensitivity_load_ohm");
    return from_millivolts(load_ohm ? mv * (*load_ohm + impedance_ohm) / *load_ohm : mv);
}

/// The most it takes, as a sine in front of it; nothing where nobody says and nothing is known to
/// limit.
std::optional<DbSpl> loudest(const GearEntry& entry, Gain pad, Sheet& sheet) {
    const auto pads = sheet.numbers("pads_db");
    if (pad.db() < 0.0 && !pads.empty() && pad.db() <= *std::ranges::min_element(pads)) {
        if (const auto with_pad = sheet.known("max_spl_with_pad_db")) {
            return DbSpl{*with_pad};
        }
    }
    if (entry.kind == "condenser") {
        return DbSpl{sheet.number("max_spl_db", condenser_max_spl_db)} - pad;
    }
    const auto known = sheet.known("max_spl_db");
    return known ? std::optional(DbSpl{*known} - pad) : std::nullopt;
}

/// Average and peak out of whatever figures there are.
void set_levels(SourceDevice& source, Sheet& sheet) {
    const auto average_mv = sheet.known("level_avg_mv_rms");
    std::optional<Dbu> peak;
    for (const std::string_view field :
         {"level_peak_mv", "level_finger_mv", "single_note_hard_peak_mv"}) {
        if (const auto mv = sheet.known(field); mv && !peak) {
            peak = from_peak_millivolts(*mv);
        }
    }
    if (const auto mv = sheet.known("level_peak_rms_mv"); mv && !peak) {
        peak = from_millivolts(*mv);
    }
    if (const auto dbu = sheet.known("level_max_dbu"); dbu && !peak) {
        peak = Dbu{*dbu};
    }
    const Gain crest = Gain::from_db(instrument_crest_db.value) - peak_of_sine;
    const auto typical_mv = [](Dbu level, double spread_db) {
        const double mv = 1e3 * to_volts(level).value();
        return Typical{mv, mv / std::pow(10.0, spread_db / 20.0),
                       mv * std::pow(10.0, spread_db / 20.0)};
    };
    const Dbu unknown = from_millivolts(100.0); // standards 5.2: a pickup is about 0.1 V
    source.average =
        average_mv ? from_millivolts(*average_mv)
                   : from_millivolts(sheet.number("level_avg_mv_rms",
                                                  typical_mv(peak ? *peak - crest : unknown, 6.0)));
    source.peak =
        peak ? *peak
             : from_peak_millivolts(sheet.number(
                   "level_peak_mv", typical_mv(source.average + crest + peak_of_sine, 6.0)));
    source.peak = std::max(source.peak, source.average);
}

std::vector<Element> source_elements(const GearEntry& entry, Sheet& sheet) {
    if (entry.kind == "magnetic_pickup") {
        const double resistance_ohm = sheet.known("dc_resistance_ohm").value_or(0.0);
        return {SeriesBranch{.resistance_ohm =
                                 resistance_ohm > 0.0
                                     ? resistance_ohm
                                     : sheet.number("source_impedance_ohm", {7e3, 5e3, 16e3}),
                             .inductance_h = sheet.number("inductance_h", {3.0, 2.0, 6.0})},
                ShuntBranch{.resistance_ohm = sheet.known("volume_pot_ohm").value_or(0.0),
                            .capacitance_f =
                                1e-12 * sheet.number("capacitance_pf", {110.0, 50.0, 200.0})}};
    }
    if (entry.kind == "piezo") {
        return {SeriesBranch{.resistance_ohm = sheet.known("source_impedance_ohm").value_or(0.0),
                             .capacitance_f =
                                 1e-12 * sheet.number("capacitance_pf", {1e3, 500.0, 20e3})}};
    }
    const bool is_line = entry.kind == "line";
    return {SeriesBranch{.resistance_ohm = sheet.number("source_impedance_ohm",
                                                        is_line ? Typical{600.0, 50.0, 1e3}
                                                                : Typical{2e3, 500.0, 10e3})}};
}

} // namespace

SoundLevel
sound_level(const GearEntry& sound, std::optional<double> distance_m, SheetNotes& notes) {
    Sheet sheet(sound.figures, fields_of(sound.gear_class), sound.name(), notes);
    const auto average = sheet.known("spl_avg_db");
    const auto peak = sheet.known("spl_peak_db");
    auto held = sheet.known("spl_max_db");
    if (!held) {
        held = sheet.known("spl_typical_loud_db");
    }
    SoundLevel level{DbSpl{average.value_or(0.0)}, DbSpl{peak.value_or(0.0)}};
    if (!average || !peak) {
        const Gain crest = Gain::from_db(sheet.number("crest_factor_db", crest_factor_db));
        if (average) {
            level.peak = level.average + crest;
        } else if (peak) {
            level.average = level.peak - crest;
        } else {
            // The loudest that is held is a note; the average of the playing lies lower.
            const double held_db = held.value_or(sheet.number("spl_avg_db", {85.0, 65.0, 110.0}));
            level.average = DbSpl{held_db} - Gain::from_db(held ? 6.0 : 0.0);
            level.peak = DbSpl{held_db} + crest - Gain::from_db(held ? 6.0 : 0.0);
        }
    }
    const auto there_m = sheet.known("distance_m");
    if (distance_m && there_m && *distance_m > 0.0) {
        const Gain nearer = Gain::from_amplitude_ratio(*there_m / *distance_m);
        level = {level.average + nearer, level.peak + nearer};
    }
    return level;
}

SourceDevice microphone(const GearEntry& entry,
                        std::string_view pattern,
                        Gain pad,
                        const SoundLevel& sound,
                        SheetNotes& notes) {
    Sheet sheet(entry.figures, fields_of(entry.gear_class), entry.name(), notes);
    const bool needs_phantom = sheet.has_flag("phantom");
    const bool is_active = entry.kind == "condenser" || sheet.has_flag("active") || needs_phantom;
    const auto rated_ohm = sheet.known("rated_impedance_ohm");
    const auto actual_ohm = sheet.known("output_impedance_ohm");
    const double impedance_ohm =
        actual_ohm ? *actual_ohm
        : rated_ohm
            ? *rated_ohm
            : sheet.number("output_impedance_ohm", typical_microphone(entry.kind).impedance_ohm);
    const Dbu at_one_pascal = open_sensitivity(entry, pattern, impedance_ohm, sheet);
    const DbSpl one_pascal{
        94.0}; // 20 log10(1 / 20e-6) = 93.98; the field's round figure, as makers use
    const auto volts_for = [&](DbSpl level) { return at_one_pascal + (level - one_pascal) + pad; };

    SourceDevice source;
    source.device.name =
        entry.name() + (pad.db() < 0.0 ? fmt::format(", {:g} dB pad", pad.db()) : "");
    source.average = volts_for(sound.average);
    source.peak = volts_for(sound.peak - peak_of_sine);
    source.average_spl = sound.average;
    source.peak_spl = sound.peak;
    source.needs_phantom = needs_phantom;
    source.harmed_by_phantom = entry.kind == "ribbon" && !needs_phantom;
    Stage stage{.name = source.device.name,
                .kind = StageKind::microphone,
                .elements = {SeriesBranch{.resistance_ohm = impedance_ohm,
                                          .has_thermal_noise = !is_active}}};
    if (is_active) {
        // The head's noise doesn't go down with its pad.
        auto noise_dba = by_pattern(entry, "self_noise_by_pattern_dba", pattern);
        if (!noise_dba) {
            noise_dba = sheet.number("self_noise_dba", condenser_self_noise_dba);
        }
        const double weighted_v = (volts_for(DbSpl{*noise_dba}) - pad).to_amplitude();
        source.noise = weighted_v * weighted_v /
                       ((band_high - band_low).value() * a_weighting_of_white().to_power_ratio());
    }
    if (const auto most = loudest(entry, pad, sheet)) {
        stage.input_clip = volts_for(*most); // of its emf: a load takes from both
    }
    source.device.stages.push_back(std::move(stage));
    return source;
}

SourceDevice instrument(const GearEntry& entry, SheetNotes& notes) {
    Sheet sheet(entry.figures, fields_of(entry.gear_class), entry.name(), notes);
    SourceDevice source;
    source.device.name = entry.name();
    source.passive_instrument = entry.kind == "magnetic_pickup" || entry.kind == "piezo";
    source.device.balanced = entry.id == "line-pro-plus4";
    set_levels(source, sheet);
    source.device.stages.push_back({.name = entry.name(),
                                    .kind = StageKind::instrument,
                                    .elements = source_elements(entry, sheet)});
    return source;
}

SourceDevice speaker_output(const GearEntry& entry, SheetNotes& notes) {
    Sheet sheet(entry.figures, fields_of(entry.gear_class), entry.name(), notes);
    const auto any_load_w = sheet.known("power_w");
    const double power_w =
        any_load_w ? *any_load_w : sheet.number("power_8_ohm_w", {50.0, 20.0, 100.0});
    const Dbu rated = to_dbu(Volts{std::sqrt(power_w * 8.0)});
    SourceDevice source;
    source.device.name = entry.name() + ", speaker output";
    source.device.balanced = false;
    source.peak = rated;
    source.average = rated - Gain::from_db(12.0); // programme under the power it is rated by
    source.device.stages.push_back({.name = source.device.name,
                                    .kind = StageKind::amplifier,
                                    .elements = {SeriesBranch{.resistance_ohm = 0.1}}});
    return source;
}

SourceDevice line_source(std::string name, Dbu average, Dbu peak, Ohms impedance) {
    SourceDevice source;
    source.device.name = name;
    source.average = average;
    source.peak = std::max(average, peak);
    source.device.stages.push_back(
        {.name = std::move(name),
         .kind = StageKind::instrument,
         .elements = {SeriesBranch{.resistance_ohm = impedance.value()}}});
    return source;
}

} // namespace gainstage::circuit
