// SPDX-License-Identifier: MIT
// What stands in the signal's way: cables, pads, DI boxes, preamps, inputs. Typical figures are the
// middle and the spread of those in data/gear that are verified, unless another origin stands
// beside them.
#include "circuit/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gainstage::circuit {
namespace {

constexpr Typical cable_pf_per_m{100.0, 60.0, 150.0}; // standards 5.4: 50 to 150 pF/m
constexpr Typical gain_tolerance_db{1.0, 0.3, 3.0};   // working value: marks around a knob
constexpr Typical dynamic_range_db{112.0, 104.0, 120.0};
constexpr Typical inline_ein_dbu{-126.0, -130.0, -120.0};      // working value: makers give none
constexpr Typical transformer_winding_ohm{100.0, 40.0, 200.0}; // working value
constexpr Typical di_noise_dbu{-105.0, -115.0, -95.0};         // working value

/// What an input of one kind is like where its sheet doesn't say.
struct TypicalInput {
    std::string_view kind;
    Typical most_gain_db;
    Typical max_input_dbu;
    Typical ein_dbu;
    Typical impedance_ohm;
};

constexpr std::array<TypicalInput, 3> typical_inputs = {
    TypicalInput{
        "mic", {60.0, 50.0, 75.0}, {10.0, 4.0, 18.0}, {-128.0, -131.0, -122.0}, {3e3, 1.2e3, 7e3}},
    TypicalInput{"line",
                 {40.0, 17.0, 60.0},
                 {22.0, 16.0, 26.0},
                 {-100.0, -110.0, -90.0},
                 {20e3, 10e3, 60e3}},
    TypicalInput{"hiz",
                 {50.0, 20.0, 62.0},
                 {12.0, 6.0, 16.0},
                 {-118.0, -126.0, -108.0},
                 {1e6, 470e3, 1.5e6}},
};

const TypicalInput& typical_input(std::string_view kind) {
    const auto found = std::ranges::find(typical_inputs, kind, &TypicalInput::kind);
    return found != typical_inputs.end() ? *found : typical_inputs.front();
}

/// Half the width of a uniform spread as a standard deviation.
Gain deviation_of(double tolerance_db) { return Gain::from_db(tolerance_db / std::sqrt(3.0)); }

double bandwidth_hz() { return (band_high - band_low).value(); }

/// An A-weighted figure as the unweighted one that white noise would have.
double unweighted(double level_dbu, std::string_view weighting) {
    return weighting.starts_with('A') ? level_dbu - a_weighting_of_white().db() : level_dbu;
}

/// The noise voltage that makes an equivalent input noise of `ein_dbu` together with the thermal
/// noise of `source_ohm` and `input_ohm` side by side. None where the sheet promises less than
/// physics.
double noise_voltage(double ein_dbu, double source_ohm, double input_ohm) {
    const double total = std::pow(Dbu{ein_dbu}.to_amplitude(), 2.0) / bandwidth_hz();
    const double both_ohm = source_ohm * input_ohm / (source_ohm + input_ohm);
    return std::max(0.0, total - thermal_density(both_ohm, room_temperature_k));
}

std::string pad_text(Gain pad) { return fmt::format("{:g} dB pad", pad.db()); }

/// A pad inside a device: it takes signal, not noise, and its resistors stay under what follows.
void add_inner_pad(std::vector<Element>& to, Gain pad) {
    if (pad.db() < 0.0) {
        to.emplace_back(AmplifierElement{pad});
    }
}

/// The fields of a mic, line or instrument input, whose names differ between preamps and
/// interfaces.
struct InputFields {
    std::string_view gain_min = "gain_min_db";
    std::string_view gain_max = "gain_max_db";
    std::string_view max_input = "max_input_dbu_at_min_gain";
    std::string_view impedance = "input_impedance_ohm";
};

InputFields preamp_fields_of(std::string_view kind) {
    if (kind == "line") {
        return {"line_gain_min_db", "line_gain_max_db", "line_max_input_dbu",
                "line_input_impedance_ohm"};
    }
    if (kind == "hiz") {
        return {"hiz_gain_min_db", "hiz_gain_max_db", "hiz_max_input_dbu",
                "hiz_input_impedance_ohm"};
    }
    return {};
}

GainRange gain_range(Sheet& sheet, const InputFields& fields, const TypicalInput& typical) {
    const bool has_any = sheet.known(fields.gain_min) || sheet.known(fields.gain_max);
    if (!has_any && typical.kind == "line") {
        return {}; // a line input without a knob
    }
    GainRange range;
    range.least = Gain::from_db(sheet.number(fields.gain_min, {0.0, 0.0, 10.0}));
    range.most =
        std::max(range.least, Gain::from_db(sheet.number(fields.gain_max, typical.most_gain_db)));
    if (const auto step = sheet.known("gain_step_db"); step && *step > 0.0) {
        range.step = Gain::from_db(*step);
    }
    return range;
}

/// Input branch, pad and amplifier.
Stage amplifying_stage(Sheet& sheet,
                       const InputSettings& settings,
                       Ohms impedance,
                       Gain pad,
                       const TypicalInput& typical) {
    Stage stage;
    stage.elements.emplace_back(
        ShuntBranch{.resistance_ohm = impedance.value(),
                    .capacitance_f = 1e-12 * sheet.known("input_capacitance_pf").value_or(0.0)});
    add_inner_pad(stage.elements, pad);
    const auto weighting = sheet.text("ein_weighting");
    // An equivalent input noise is published of the microphone input; a line input has its own.
    const bool has_own = settings.kind == "mic" || sheet.known("ein_dbu").has_value();
    const double ein_dbu = has_own ? unweighted(sheet.number("ein_dbu", typical.ein_dbu), weighting)
                                   : sheet.number("ein_dbu", typical.ein_dbu);
    const double source_ohm = sheet.known("ein_source_ohm").value_or(150.0); // the usual one
    stage.elements.emplace_back(
        AmplifierElement{Gain{}, noise_voltage(ein_dbu, source_ohm, impedance.value())});
    stage.gain_deviation = deviation_of(sheet.number("gain_tolerance_db", gain_tolerance_db));
    return stage;
}

Stage converter_stage(Sheet& sheet, Dbu full_scale, int bits) {
    const double range_db =
        sheet.number("dynamic_range_db", dynamic_range_db) +
        (sheet.text("dynamic_range_weighting").starts_with('A') ? a_weighting_of_white().db()
                                                                : 0.0);
    const double noise_v = (full_scale - Gain::from_db(range_db)).to_amplitude();
    const double quantised_v =
        bits > 0 ? (full_scale + Gain::from_db(quantisation_noise(bits, true).db())).to_amplitude()
                 : 0.0;
    Stage stage;
    stage.name = "A/D converter";
    stage.kind = StageKind::converter;
    stage.elements.emplace_back(
        AmplifierElement{Gain{}, (noise_v * noise_v + quantised_v * quantised_v) / bandwidth_hz()});
    stage.input_clip = full_scale;
    return stage;
}

/// The resistive divider that a DI box switches in: it keeps the box's input impedance.
void add_divider(std::vector<Element>& to, Gain pad, double input_ohm) {
    if (pad.db() < 0.0) {
        const double share = pad.to_amplitude_ratio();
        to.emplace_back(SeriesBranch{.resistance_ohm = input_ohm * (1.0 - share)});
        to.emplace_back(ShuntBranch{.resistance_ohm = input_ohm * share});
    }
}

void add_passive_di(Stage& stage, Sheet& sheet, Gain pad) {
    const double ratio_db = sheet.number("ratio_db", {-21.6, -26.0, -20.0}); // 12:1; 10:1 to 20:1
    const double input_ohm = sheet.known("input_impedance_ohm").value_or(140e3);
    add_divider(stage.elements, pad, input_ohm);
    const auto elements = transformer(TransformerFigures{
        .turns = Gain::from_db(-ratio_db).to_amplitude_ratio(),
        .primary_resistance_ohm = sheet.known("primary_resistance_ohm").value_or(0.0),
        .secondary_resistance_ohm =
            sheet.number("secondary_resistance_ohm", transformer_winding_ohm),
        .primary_inductance_h = sheet.known("primary_inductance_h").value_or(0.0),
        .primary_capacitance_f = 1e-12 * sheet.known("primary_capacitance_pf").value_or(0.0),
        .leakage_inductance_h = sheet.known("leakage_inductance_h").value_or(0.0)});
    stage.elements.insert(stage.elements.end(), elements.begin(), elements.end());
}

void add_active_di(Stage& stage, Sheet& sheet, Gain pad) {
    const double ratio_db = sheet.number("ratio_db", {0.0, -20.0, 0.0});
    const double input_ohm = sheet.number("input_impedance_ohm", {1e6, 220e3, 1e7});
    add_divider(stage.elements, pad, input_ohm);
    stage.elements.emplace_back(
        ShuntBranch{.resistance_ohm = input_ohm,
                    .capacitance_f = 1e-12 * sheet.known("input_capacitance_pf").value_or(0.0)});
    const double noise_v = Dbu{sheet.number("noise_dbu", di_noise_dbu) - ratio_db}.to_amplitude();
    stage.elements.emplace_back(
        AmplifierElement{Gain::from_db(ratio_db), noise_v * noise_v / bandwidth_hz()});
    stage.elements.emplace_back(
        SeriesBranch{.resistance_ohm = sheet.number("output_impedance_ohm", {300.0, 50.0, 600.0})});
}

/// Down to an instrument's level and up to a pickup's impedance.
void add_reamp(Stage& stage, Sheet& sheet, bool active) {
    const double ratio_db = sheet.number("ratio_db", {-20.0, -30.0, -10.0}); // standards 5.7
    stage.elements.emplace_back(
        ShuntBranch{.resistance_ohm = sheet.number("input_impedance_ohm", {2e3, 600.0, 10e3})});
    if (active) {
        const double noise_v =
            Dbu{sheet.number("noise_dbu", {-110.0, -118.0, -100.0}) - ratio_db}.to_amplitude();
        stage.elements.emplace_back(
            AmplifierElement{Gain::from_db(ratio_db), noise_v * noise_v / bandwidth_hz()});
    } else {
        stage.elements.emplace_back(
            TransformerElement{Gain::from_db(-ratio_db).to_amplitude_ratio()});
    }
    stage.elements.emplace_back(SeriesBranch{
        .resistance_ohm = sheet.number("output_impedance_ohm", {7e3, 1e3, 20e3})}); // standards 5.7
}

} // namespace

Gain GainRange::at_most(Gain wanted) const {
    Gain gain = std::clamp(wanted, least, std::max(least, most));
    if (step) {
        // A billionth of a step over a mark is on the mark.
        const double steps = std::floor((gain - least).db() / step->db() + 1e-9);
        gain = least + steps * *step;
    }
    return gain;
}

Device cable(const GearEntry& entry, double length_m, SheetNotes& notes) {
    Sheet sheet(entry.figures, fields_of(entry.gear_class), entry.name(), notes);
    const auto total_pf = sheet.known("total_capacitance_pf");
    const double capacitance_pf =
        total_pf && length_m <= 0.0
            ? *total_pf
            : length_m * sheet.number("capacitance_pf_per_m", cable_pf_per_m);
    Device device;
    device.name =
        length_m > 0.0 ? fmt::format("{:g} m of {}", length_m, entry.name()) : entry.name();
    device.balanced = entry.kind == "microphone";
    device.stages.push_back(
        {.name = device.name,
         .kind = StageKind::cable,
         .elements = cable(length_m * sheet.known("resistance_ohm_per_m").value_or(0.0),
                           1e-12 * capacitance_pf)});
    return device;
}

Device pad_device(PadShape shape, Gain loss, Ohms impedance) {
    Device device;
    device.name = fmt::format("{} pad, {:g} dB",
                              shape == PadShape::u   ? "U"
                              : shape == PadShape::t ? "T"
                                                     : "L",
                              loss.db());
    device.passes_phantom = shape == PadShape::u;
    device.balanced = shape == PadShape::u;
    device.stages.push_back(
        {.name = device.name, .kind = StageKind::pad, .elements = pad(shape, loss, impedance)});
    return device;
}

std::string_view name(NominalLevel nominal) noexcept {
    return nominal == NominalLevel::plus_4_dbu ? "+4 dBu" : "-10 dBV";
}

InputOptions input_options(const GearEntry& entry, std::string_view input_kind) {
    InputOptions options;
    options.pads.emplace_back();
    if (entry.gear_class == GearClass::interface) {
        const GearPort* port = entry.input(input_kind);
        if (const auto pad = port != nullptr ? port->figures.number("pad_db") : std::nullopt) {
            options.pads.push_back(Gain::from_db(*pad));
        }
        if (port != nullptr && port->figures.number("max_input_dbu_at_minus_10_dbv")) {
            options.nominals = {NominalLevel::plus_4_dbu, NominalLevel::minus_10_dbv};
        }
        return options;
    }
    if (entry.gear_class == GearClass::preamp && input_kind != "mic") {
        return options;
    }
    for (const double pad_db : entry.figures.numbers("pads_db")) {
        if (pad_db < 0.0) {
            options.pads.push_back(Gain::from_db(pad_db));
        }
    }
    for (const double ohm : entry.figures.numbers("input_impedance_options_ohm")) {
        options.impedances.emplace_back(ohm);
    }
    const auto one = entry.figures.number("input_impedance_ohm");
    const auto other = entry.figures.number("input_impedance_alt_ohm");
    if (options.impedances.empty() && one && other) {
        options.impedances = {Ohms{*one}, Ohms{*other}};
    }
    return options;
}

std::vector<std::string> input_kinds_of(const GearEntry& entry) {
    std::vector<std::string> kinds;
    if (entry.gear_class == GearClass::interface) {
        for (const GearPort& port : entry.inputs) {
            if (std::ranges::find(kinds, port.kind) == kinds.end()) {
                kinds.push_back(port.kind);
            }
        }
    } else if (entry.gear_class == GearClass::preamp) {
        kinds.emplace_back("mic");
        if (entry.figures.find("line_gain_max_db") != nullptr) {
            kinds.emplace_back("line");
        }
        if (entry.figures.find("hiz_gain_max_db") != nullptr) {
            kinds.emplace_back("hiz");
        }
    }
    return kinds;
}

Device input(const GearEntry& interface, const InputSettings& settings, SheetNotes& notes) {
    const GearPort* port = interface.input(settings.kind);
    static const Figures nothing_known;
    Sheet sheet(port != nullptr ? port->figures : nothing_known, input_fields(),
                interface.name() + ", " + settings.kind + " input", notes);
    const TypicalInput& typical = typical_input(settings.kind);
    const bool is_consumer = settings.nominal == NominalLevel::minus_10_dbv;
    const double max_input_dbu =
        is_consumer ? sheet.number("max_input_dbu_at_minus_10_dbv", {4.2, 0.0, 10.0})
                    : sheet.number("max_input_dbu_at_min_gain", typical.max_input_dbu);
    Gain pad = settings.pad;
    if (const auto with_pad = sheet.known("max_input_dbu_with_pad"); with_pad && pad.db() < 0.0) {
        pad = Dbu{max_input_dbu} - Dbu{*with_pad};
    }
    Device device;
    device.name = interface.name();
    device.input_impedance = Ohms{sheet.number("input_impedance_ohm", typical.impedance_ohm)};
    device.gain_range = gain_range(sheet, {}, typical);
    device.gain_stage = 0;
    device.full_scale = Dbu{max_input_dbu} + device.gain_range.least;
    device.supplies_phantom = sheet.has_flag("phantom");
    device.passes_phantom = false;
    device.balanced = settings.kind != "hiz";
    device.is_float = interface.figures.has_flag("float_32bit");
    if (const auto jitter_ps = sheet.known("jitter_ps")) {
        device.jitter = Seconds{1e-12 * *jitter_ps};
    }
    Stage stage = amplifying_stage(sheet, settings, *device.input_impedance, pad, typical);
    stage.kind = StageKind::input;
    stage.name = fmt::format("{}, {} input{}{}", interface.name(), settings.kind,
                             is_consumer ? " at -10 dBV" : "",
                             settings.pad.db() < 0.0 ? ", " + pad_text(settings.pad) : "");
    stage.set_gain(device.gain_range.least);
    device.stages = {std::move(stage), converter_stage(sheet, *device.full_scale, settings.bits)};
    return device;
}

Device preamp(const GearEntry& entry, const InputSettings& settings, SheetNotes& notes) {
    Sheet sheet(entry.figures, fields_of(entry.gear_class), entry.name(), notes);
    const bool is_inline = entry.kind == "inline";
    TypicalInput typical = typical_input(settings.kind);
    if (is_inline) {
        typical.ein_dbu = inline_ein_dbu;
    }
    const InputFields fields = preamp_fields_of(settings.kind);
    Device device;
    device.name = entry.name();
    device.input_impedance =
        settings.impedance.value_or(Ohms{sheet.number(fields.impedance, typical.impedance_ohm)});
    device.gain_range = gain_range(sheet, fields, typical);
    device.gain_stage = 0;
    device.supplies_phantom = sheet.has_flag("phantom");
    device.feeds_on_phantom = sheet.has_flag("phantom_powered");
    device.passes_phantom = false;
    Stage stage = amplifying_stage(sheet, settings, *device.input_impedance, settings.pad, typical);
    stage.kind = is_inline ? StageKind::booster : StageKind::preamp;
    stage.name = entry.name() + (settings.kind != "mic" ? ", " + settings.kind + " input" : "") +
                 (settings.pad.db() < 0.0 ? ", " + pad_text(settings.pad) : "");
    stage.elements.emplace_back(SeriesBranch{
        .resistance_ohm =
            sheet.number("output_impedance_ohm",
                         is_inline ? Typical{1e3, 100.0, 3e3} : Typical{100.0, 50.0, 600.0})});
    if (const auto max_input = sheet.known(fields.max_input)) {
        stage.input_clip = Dbu{*max_input} - settings.pad;
    }
    stage.output_clip = Dbu{sheet.number("max_output_dbu", is_inline ? Typical{10.0, 4.0, 16.0}
                                                                     : Typical{22.0, 18.0, 28.0})};
    stage.set_gain(device.gain_range.least);
    device.stages.push_back(std::move(stage));
    return device;
}

Device di_box(const GearEntry& entry, Gain pad, SheetNotes& notes) {
    Sheet sheet(entry.figures, fields_of(entry.gear_class), entry.name(), notes);
    const bool is_reamp = entry.kind.starts_with("reamp");
    const bool is_active = entry.kind.ends_with("active") && !entry.kind.ends_with("passive");
    Device device;
    device.name = entry.name();
    device.isolated = sheet.has_flag("isolated");
    device.feeds_on_phantom = sheet.has_flag("phantom_powered");
    device.passes_phantom = false;
    device.balanced = !is_reamp;
    if (const auto ohm = sheet.known("input_impedance_ohm")) {
        device.input_impedance = Ohms{*ohm};
    }
    Stage stage;
    stage.kind = is_reamp ? StageKind::reamp : StageKind::di_box;
    stage.name = entry.name() + (pad.db() < 0.0 ? ", " + pad_text(pad) : "");
    if (is_reamp) {
        add_reamp(stage, sheet, is_active);
    } else if (is_active) {
        add_active_di(stage, sheet, pad);
    } else {
        add_passive_di(stage, sheet, pad);
    }
    if (is_active || entry.figures.find("max_input_dbu") != nullptr) {
        stage.input_clip = Dbu{sheet.number("max_input_dbu", is_reamp ? Typical{20.0, 16.0, 24.0}
                                                                      : Typical{9.0, 4.0, 12.0})} -
                           pad;
    }
    device.stages.push_back(std::move(stage));
    return device;
}

Device load(std::string name, Ohms impedance, std::optional<Dbu> clip) {
    Device device;
    device.name = name;
    device.input_impedance = impedance;
    device.passes_phantom = false;
    device.stages.push_back(
        {.name = std::move(name),
         .kind = StageKind::input,
         .elements = {ShuntBranch{.resistance_ohm = impedance.value()}, AmplifierElement{}},
         .input_clip = clip});
    return device;
}

} // namespace gainstage::circuit
