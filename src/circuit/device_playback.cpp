// SPDX-License-Identifier: MIT
// From the D/A converter to the ear: outputs, amplifiers, loudspeakers, headphones. Typical
// figures: see device.cpp.
#include "circuit/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gainstage::circuit {
namespace {

/// The power an amplifier has for that load: the figure for the nearest one that is stated.
double rated_power_w(Sheet& sheet, double load_ohm) {
    struct Row {
        std::string_view field;
        double ohm;
    };

    constexpr Row rows[] = {{"power_8_ohm_w", 8.0}, {"power_4_ohm_w", 4.0}, {"power_2_ohm_w", 2.0}};
    const Row* best = nullptr;
    for (const Row& row : rows) {
        if (sheet.known(row.field) &&
            (best == nullptr ||
             std::abs(std::log(row.ohm / load_ohm)) < std::abs(std::log(best->ohm / load_ohm)))) {
            best = &row;
        }
    }
    if (best == nullptr) {
        const auto any = sheet.known("power_w");
        return any ? *any : sheet.number("power_8_ohm_w", {100.0, 20.0, 400.0}) * 8.0 / load_ohm;
    }
    // It clips at a voltage: what it gives into another load follows from that.
    return *sheet.known(best->field) * best->ohm / load_ohm;
}

double voltage_gain_db(Sheet& sheet) {
    if (const auto gain = sheet.known("gain_db")) {
        return *gain;
    }
    const auto sensitivity_v = sheet.known("sensitivity_v");
    const auto power_w = sheet.known("power_8_ohm_w");
    if (sensitivity_v && power_w) {
        return 20.0 * std::log10(std::sqrt(*power_w * 8.0) / *sensitivity_v);
    }
    return sheet.number("gain_db", {29.0, 26.0, 32.0}); // standards 5.7
}

/// What a headphone output gives into that load at the most: its voltage, or what its current and
/// power allow. `stated` and the result are loaded.
Dbu driven(Sheet& sheet, Dbu stated, std::optional<Ohms> load) {
    if (!load) {
        return stated;
    }
    Dbu most = stated;
    if (const auto current_ma = sheet.known("max_current_ma"); current_ma && *current_ma > 0.0) {
        most = std::min(most, to_dbu(Volts{1e-3 * *current_ma * load->value()}));
    }
    if (const auto power_mw = sheet.known("max_power_mw"); power_mw && *power_mw > 0.0) {
        most = std::min(most, to_dbu(Volts{std::sqrt(1e-3 * *power_mw * load->value())}));
    }
    return most;
}

Transducer headphones(const GearEntry& entry, Sheet& sheet) {
    Transducer result;
    result.impedance = Ohms{sheet.number("impedance_ohm", {64.0, 16.0, 300.0})};
    const auto per_volt = sheet.known("sensitivity_db_spl_per_v");
    // 1 mW in Z ohm is sqrt(Z / 1000) V
    const double spl_at_1_v = per_volt
                                  ? *per_volt
                                  : sheet.number("sensitivity_db_spl_per_mw", {98.0, 90.0, 106.0}) -
                                        10.0 * std::log10(result.impedance.value() / 1000.0);
    result.at_0_dbu = DbSpl{spl_at_1_v} + (to_dbv(Dbu{0.0}) - Dbv{0.0});
    result.device.stages.push_back(
        {.name = entry.name(),
         .kind = StageKind::headphones,
         .elements = {
             ShuntBranch{.resistance_ohm = result.impedance.value(), .has_thermal_noise = false}}});
    return result;
}

Transducer passive_speaker(const GearEntry& entry, Gain farther, Sheet& sheet) {
    Transducer result;
    result.impedance = Ohms{sheet.number("impedance_ohm", {8.0, 4.0, 8.0})};
    const DbSpl at_1_w{sheet.number("sensitivity_db_1w_1m", {88.0, 84.0, 98.0})};
    const Dbu one_watt = to_dbu(Volts{std::sqrt(result.impedance.value())});
    result.at_0_dbu = at_1_w + (Dbu{0.0} - one_watt) + farther;
    Stage stage{.name = entry.name(),
                .kind = StageKind::speaker,
                .elements = {ShuntBranch{.resistance_ohm = result.impedance.value(),
                                         .has_thermal_noise = false}}};
    if (const auto power_w = sheet.known("power_rated_w")) {
        stage.input_clip = to_dbu(Volts{std::sqrt(*power_w * result.impedance.value())});
        result.loudest = result.at_0_dbu + (*stage.input_clip - Dbu{0.0});
    }
    result.device.stages.push_back(std::move(stage));
    return result;
}

Transducer active_speaker(const GearEntry& entry, Gain farther, Sheet& sheet) {
    Transducer result;
    result.impedance = Ohms{sheet.number("input_impedance_ohm", {10e3, 5e3, 20e3})};
    const double reference_dbu = sheet.number("input_dbu_for_ref_spl", {-6.0, -10.0, 4.0});
    const double reference_spl = sheet.known("ref_spl_db").value_or(100.0);
    const double at_m = sheet.known("ref_distance_m").value_or(1.0);
    result.at_0_dbu = DbSpl{reference_spl} + (Dbu{0.0} - Dbu{reference_dbu}) + farther +
                      Gain::from_amplitude_ratio(at_m);
    Stage stage{.name = entry.name(),
                .kind = StageKind::speaker,
                .elements = {ShuntBranch{.resistance_ohm = result.impedance.value()}}};
    const DbSpl most{sheet.number("max_spl_db", {104.0, 100.0, 115.0})}; // at 1 m
    result.loudest = most + farther;
    const auto max_input = sheet.known("max_input_dbu");
    stage.input_clip = max_input ? Dbu{*max_input} : Dbu{(*result.loudest - result.at_0_dbu).db()};
    result.device.stages.push_back(std::move(stage));
    return result;
}

} // namespace

SourceDevice output(const GearEntry& interface,
                    std::string_view output_kind,
                    DbfsRms average,
                    Dbfs peak,
                    std::optional<Ohms> load,
                    SheetNotes& notes) {
    static const Figures nothing_known;
    const GearPort* port = interface.output(output_kind);
    Sheet sheet(port != nullptr ? port->figures : nothing_known, output_fields(),
                fmt::format("{}, {} output", interface.name(), output_kind), notes);
    const bool is_headphone = output_kind == "headphone";
    const Dbu most{sheet.number("max_output_dbu",
                                is_headphone ? Typical{8.0, 2.0, 18.0} : Typical{16.0, 8.0, 24.0})};
    const double range_db =
        sheet.number("dynamic_range_db", {112.0, 104.0, 125.0}) +
        (sheet.text("dynamic_range_weighting").starts_with('A') ? a_weighting_of_white().db()
                                                                : 0.0);
    const double noise_v = (most - Gain::from_db(range_db)).to_amplitude();
    SourceDevice source;
    Device& device = source.device;
    device.name = fmt::format("{}, {} output", interface.name(), output_kind);
    device.balanced = !is_headphone;
    device.gain_stage = 0;
    device.gain_range = {Gain::from_db(-100.0), Gain{}, std::nullopt};
    source.average = most + Gain::from_db(average.db());
    source.peak = most + Gain::from_db(peak.db());
    Stage stage{.name = device.name, .kind = StageKind::output};
    stage.elements = {
        AmplifierElement{Gain{}, noise_v * noise_v / (band_high - band_low).value()},
        AmplifierElement{}, // the volume: after the converter, so that its noise goes down with it
        SeriesBranch{.resistance_ohm = sheet.number("output_impedance_ohm",
                                                    is_headphone ? Typical{10.0, 0.5, 60.0}
                                                                 : Typical{100.0, 50.0, 600.0})}};
    stage.output_clip = is_headphone ? driven(sheet, most, load) : most;
    device.stages.push_back(std::move(stage));
    return source;
}

Device amplifier(const GearEntry& entry, std::optional<Ohms> load, SheetNotes& notes) {
    Sheet sheet(entry.figures, fields_of(entry.gear_class), entry.name(), notes);
    Device device;
    device.name = entry.name();
    device.balanced = entry.kind != "guitar";
    device.passes_phantom = false;
    const bool is_guitar = entry.kind == "guitar";
    device.input_impedance = Ohms{sheet.number(
        "input_impedance_ohm", is_guitar ? Typical{1e6, 500e3, 2e6} : Typical{20e3, 10e3, 200e3})};
    Stage stage{.name = entry.name(), .kind = StageKind::amplifier};
    stage.elements.emplace_back(ShuntBranch{.resistance_ohm = device.input_impedance->value()});
    if (is_guitar) {
        stage.elements.emplace_back(AmplifierElement{}); // what it does to the sound is wanted
        device.stages.push_back(std::move(stage));
        return device;
    }
    const double load_ohm = load ? load->value() : 8.0;
    const Gain gain = Gain::from_db(voltage_gain_db(sheet));
    if (entry.kind == "headphone") {
        stage.output_clip =
            driven(sheet, Dbu{sheet.number("max_output_dbu", {18.0, 10.0, 24.0})}, load);
    } else {
        stage.output_clip = to_dbu(Volts{std::sqrt(rated_power_w(sheet, load_ohm) * load_ohm)});
    }
    const double noise_db =
        sheet.number("signal_to_noise_db", {100.0, 90.0, 110.0}) + a_weighting_of_white().db();
    const double noise_v = (*stage.output_clip - Gain::from_db(noise_db) - gain).to_amplitude();
    stage.elements.emplace_back(
        AmplifierElement{gain, noise_v * noise_v / (band_high - band_low).value()});
    stage.elements.emplace_back(
        SeriesBranch{.resistance_ohm = sheet.number("output_impedance_ohm", {0.1, 0.02, 1.0}),
                     .has_thermal_noise = false});
    if (const auto max_input = sheet.known("max_input_dbu")) {
        stage.input_clip = Dbu{*max_input};
    }
    device.stages.push_back(std::move(stage));
    return device;
}

Transducer transducer(const GearEntry& entry, double distance_m, int count, SheetNotes& notes) {
    Sheet sheet(entry.figures, fields_of(entry.gear_class), entry.name(), notes);
    const Gain farther = Gain::from_amplitude_ratio(1.0 / std::max(distance_m, 0.01)) +
                         Gain::from_power_ratio(std::max(count, 1));
    Transducer result = entry.kind == "headphone" ? headphones(entry, sheet)
                        : entry.kind == "active"  ? active_speaker(entry, farther, sheet)
                                                  : passive_speaker(entry, farther, sheet);
    result.device.name = entry.name();
    result.device.passes_phantom = false;
    result.device.input_impedance = result.impedance;
    return result;
}

} // namespace gainstage::circuit
