// SPDX-License-Identifier: MIT
#include "circuit/gear_schema.h"

#include <algorithm>
#include <array>

namespace gainstage::circuit {
namespace {

using enum FieldType;

// Ranges are what can't be a slip of the unit: an impedance of 0.15 ohm for a microphone is legal,
// -3 ohm is not.
constexpr double any_db = 250.0; // more than a rocket's start over the threshold of hearing
constexpr double big = 1e12;

// clang-format off
constexpr FieldSpec microphone_fields[] = {
    {"patterns",                   texts,   "",       0, 0,          "polar patterns"},
    {"tube",                       flag,    "",       0, 0,          "has a valve"},
    {"active",                     flag,    "",       0, 0,          "a ribbon or dynamic microphone with an amplifier"},
    {"transformer_output",         flag,    "",       0, 0,          "output transformer"},
    {"sensitivity_mv_per_pa",      number,  "mV/Pa",  1e-4, 1e4,     "output at 94 dB SPL, 1 kHz; with several patterns the cardioid's"},
    {"sensitivity_by_pattern_mv_per_pa", numbers_by_name, "mV/Pa", 1e-4, 1e4, "the same per pattern"},
    {"sensitivity_load_ohm",       number,  "ohm",    1, big,        "load at which the sensitivity is stated; absent: open, or not stated"},
    {"self_noise_dba",             number,  "dB(A) SPL", -20, 120,   "equivalent noise level; passive microphones have the thermal noise of their impedance instead"},
    {"self_noise_by_pattern_dba",  numbers_by_name, "dB(A) SPL", -20, 120, "the same per pattern"},
    {"max_spl_db",                 number,  "dB SPL", 60, 220,       "loudest sound without the pad"},
    {"max_spl_thd_pct",            number,  "%",      0, 100,        "distortion at that level"},
    {"max_spl_with_pad_db",        number,  "dB SPL", 60, 220,       "loudest sound with the strongest pad"},
    {"pads_db",                    numbers, "dB",     -60, 0,        "pads, as the gain they apply"},
    {"output_impedance_ohm",       number,  "ohm",    0, 1e6,        "actual source impedance at 1 kHz"},
    {"rated_impedance_ohm",        number,  "ohm",    0, 1e6,        "the maker's class, where it differs"},
    {"recommended_load_ohm",       number,  "ohm",    0, 1e7,        "smallest load the maker recommends"},
    {"phantom",                    flag,    "",       0, 0,          "needs 48 V phantom power"},
    {"external_supply",            flag,    "",       0, 0,          "has a supply of its own"},
};

constexpr FieldSpec interface_fields[] = {
    {"float_32bit",                flag,    "",       0, 0,          "records 32-bit float through several converters, so that its gain is not a limit"},
};

constexpr FieldSpec input_block_fields[] = {
    {"name",                       text,    "",       0, 0,          "what is printed beside it"},
    {"count",                      number,  "",       1, 1024,       "how many there are alike"},
    {"gain_min_db",                number,  "dB",     -80, 120,      "ends of the maker's gain scale"},
    {"gain_max_db",                number,  "dB",     -80, 120,      "ends of the maker's gain scale"},
    {"gain_step_db",               number,  "dB",     0, 40,         "step of the gain; absent: none"},
    {"gain_tolerance_db",          number,  "dB",     0, 20,         "how far the gain may be off, either way"},
    {"max_input_dbu_at_min_gain",  number,  "dBu",    -60, 60,       "sine that reaches 0 dBFS at the least gain, no pad"},
    {"max_input_dbu_with_pad",     number,  "dBu",    -60, 80,       "the same with the pad"},
    {"max_input_dbu_at_minus_10_dbv", number, "dBu",  -60, 60,       "the same with the switch of its nominal level at -10 dBV; without such a switch absent"},
    {"ein_dbu",                    number,  "dBu",    -150, 0,       "equivalent input noise, 20 Hz to 20 kHz, near the most gain"},
    {"ein_weighting",              text,    "",       0, 0,          "\"A\", \"unweighted …\", \"unspecified\""},
    {"ein_source_ohm",             number,  "ohm",    0, 1e6,        "source resistor of that figure"},
    {"input_impedance_ohm",        number,  "ohm",    1, 1e9,        "input impedance"},
    {"input_capacitance_pf",       number,  "pF",     0, 1e6,        "capacitance across the input"},
    {"impedance_note",             text,    "",       0, 0,          "what else there is to say of it"},
    {"balanced",                   flag,    "",       0, 0,          "differential input"},
    {"pad_db",                     number,  "dB",     -60, 0,        "the pad, as the gain it applies"},
    {"dynamic_range_db",           number,  "dB",     20, 180,       "of the converter, at the least gain"},
    {"dynamic_range_weighting",    text,    "",       0, 0,          "weighting of that figure"},
    {"jitter_ps",                  number,  "ps",     0, 1e6,        "RMS jitter of the sampling clock"},
    {"phantom",                    flag,    "",       0, 0,          "supplies 48 V"},
};

constexpr FieldSpec output_block_fields[] = {
    {"name",                       text,    "",       0, 0,          "what is printed beside it"},
    {"count",                      number,  "",       1, 1024,       "how many there are alike"},
    {"max_output_dbu",             number,  "dBu",    -60, 60,       "level of a full-scale sine"},
    {"output_impedance_ohm",       number,  "ohm",    0, 1e6,        "source impedance"},
    {"balanced",                   flag,    "",       0, 0,          "differential output"},
    {"max_power_mw",               number,  "mW",     0, 1e5,        "headphone power before it clips"},
    {"max_current_ma",             number,  "mA",     0, 1e5,        "headphone current before it clips, RMS"},
    {"dynamic_range_db",           number,  "dB",     20, 180,       "of the converter"},
    {"dynamic_range_weighting",    text,    "",       0, 0,          "weighting of that figure"},
    {"jitter_ps",                  number,  "ps",     0, 1e6,        "RMS jitter of the clock"},
};

constexpr FieldSpec preamp_fields[] = {
    {"gain_min_db",                number,  "dB",     -80, 120,      "least gain"},
    {"gain_max_db",                number,  "dB",     -80, 120,      "most gain"},
    {"gain_step_db",               number,  "dB",     0, 40,         "step of the gain; absent: none"},
    {"gain_tolerance_db",          number,  "dB",     0, 20,         "how far the gain may be off, either way"},
    {"gain_load_ohm",              number,  "ohm",    1, big,        "load for which the gain is stated"},
    {"total_gain_max_db",          number,  "dB",     -80, 140,      "with the stages after it"},
    {"gain_max_high_impedance_db", number,  "dB",     -80, 120,      "on the higher impedance setting"},
    {"max_input_dbu_at_min_gain",  number,  "dBu",    -60, 60,       "input that clips it at the least gain"},
    {"max_output_dbu",             number,  "dBu",    -60, 60,       "output at which it clips"},
    {"pads_db",                    numbers, "dB",     -60, 0,        "pads, as the gain they apply"},
    {"ein_dbu",                    number,  "dBu",    -150, 0,       "equivalent input noise, 20 Hz to 20 kHz, near the most gain"},
    {"ein_weighting",              text,    "",       0, 0,          "\"A\", \"unweighted …\", \"unspecified\""},
    {"ein_source_ohm",             number,  "ohm",    0, 1e6,        "source resistor of that figure"},
    {"output_noise_unity_dbu",     number,  "dBu",    -150, 0,       "output noise at unity gain"},
    {"input_impedance_ohm",        number,  "ohm",    1, 1e9,        "input impedance"},
    {"input_impedance_alt_ohm",    number,  "ohm",    1, 1e9,        "on the second setting"},
    {"input_impedance_options_ohm", numbers, "ohm",   1, 1e9,        "all settings"},
    {"input_capacitance_pf",       number,  "pF",     0, 1e6,        "capacitance across the input"},
    {"output_impedance_ohm",       number,  "ohm",    0, 1e6,        "source impedance of its output"},
    {"phantom",                    flag,    "",       0, 0,          "supplies 48 V"},
    {"phantom_powered",            flag,    "",       0, 0,          "feeds on phantom power, and doesn't pass it on"},
    {"line_gain_min_db",           number,  "dB",     -80, 120,      "line input: least gain"},
    {"line_gain_max_db",           number,  "dB",     -80, 120,      "line input: most gain"},
    {"line_max_input_dbu",         number,  "dBu",    -60, 60,       "line input: clipping"},
    {"line_input_impedance_ohm",   number,  "ohm",    1, 1e9,        "line input: impedance"},
    {"hiz_gain_min_db",            number,  "dB",     -80, 120,      "instrument input: least gain"},
    {"hiz_gain_max_db",            number,  "dB",     -80, 120,      "instrument input: most gain"},
    {"hiz_max_input_dbu",          number,  "dBu",    -60, 60,       "instrument input: clipping"},
    {"hiz_input_impedance_ohm",    number,  "ohm",    1, 1e9,        "instrument input: impedance"},
};

constexpr FieldSpec di_box_fields[] = {
    {"ratio_db",                   number,  "dB",     -80, 40,       "voltage gain, output open"},
    {"input_impedance_ohm",        number,  "ohm",    1, 1e9,        "input impedance"},
    {"input_capacitance_pf",       number,  "pF",     0, 1e6,        "capacitance across the input"},
    {"output_impedance_ohm",       number,  "ohm",    0, 1e6,        "source impedance of its output"},
    {"pads_db",                    numbers, "dB",     -60, 0,        "pads, as the gain they apply"},
    {"max_input_dbu",              number,  "dBu",    -60, 60,       "clipping, no pad"},
    {"noise_dbu",                  number,  "dBu",    -150, 0,       "output noise"},
    {"dynamic_range_db",           number,  "dB",     20, 180,       "from clipping down to its noise"},
    {"signal_to_noise_below_instrument_level_db", number, "dB", 0, 180, "noise below instrument level"},
    {"isolated",                   flag,    "",       0, 0,          "transformer between input and output"},
    {"phantom_powered",            flag,    "",       0, 0,          "feeds on phantom power"},
    {"primary_resistance_ohm",     number,  "ohm",    0, 1e6,        "transformer: winding on the input's side"},
    {"secondary_resistance_ohm",   number,  "ohm",    0, 1e6,        "transformer: winding on the output's side"},
    {"primary_inductance_h",       number,  "H",      1e-6, 1e5,     "transformer: inductance that limits the bass"},
    {"leakage_inductance_h",       number,  "H",      0, 1e3,        "transformer: inductance that limits the treble, seen from the input"},
    {"primary_capacitance_pf",     number,  "pF",     0, 1e6,        "transformer: capacitance across the input's winding"},
};

constexpr FieldSpec instrument_fields[] = {
    {"level_avg_mv_rms",           number,  "mV",     0, 1e6,        "typical playing level, RMS"},
    {"level_peak_mv",              number,  "mV",     0, 1e6,        "typical highest peak"},
    {"level_peak_rms_mv",          number,  "mV",     0, 1e6,        "highest reading of an RMS meter"},
    {"level_finger_mv",            number,  "mV",     0, 1e6,        "peak when played with fingers"},
    {"single_note_soft_peak_mv",   number,  "mV",     0, 1e6,        "peak of one soft note"},
    {"single_note_medium_peak_mv", number,  "mV",     0, 1e6,        "peak of one note"},
    {"single_note_hard_peak_mv",   number,  "mV",     0, 1e6,        "peak of one hard note"},
    {"level_max_dbu",              number,  "dBu",    -60, 60,       "most a line source gives"},
    {"source_impedance_ohm",       number,  "ohm",    0, 1e9,        "resistive part of its impedance"},
    {"dc_resistance_ohm",          number,  "ohm",    0, 1e9,        "of a pickup's coil"},
    {"inductance_h",               number,  "H",      0, 1e3,        "of a pickup's coil, in series"},
    {"capacitance_pf",             number,  "pF",     0, 1e9,        "across a pickup's coil; in series with a piezo"},
    {"volume_pot_ohm",             number,  "ohm",    0, 1e9,        "volume potentiometer, turned up"},
    {"input_impedance_ohm",        number,  "ohm",    1, 1e9,        "input of a pedal or amplifier listed as a source"},
};

constexpr FieldSpec amplifier_fields[] = {
    {"channels",                   number,  "",       1, 64,         "channels"},
    {"power_8_ohm_w",              number,  "W",      0, 1e5,        "a channel, into 8 ohm"},
    {"power_4_ohm_w",              number,  "W",      0, 1e5,        "a channel, into 4 ohm"},
    {"power_2_ohm_w",              number,  "W",      0, 1e5,        "a channel, into 2 ohm"},
    {"power_w",                    number,  "W",      0, 1e5,        "load not stated"},
    {"gain_db",                    number,  "dB",     -40, 80,       "voltage gain"},
    {"sensitivity_v",              number,  "V",      1e-4, 1e3,     "input for the rated power, RMS"},
    {"input_impedance_ohm",        number,  "ohm",    1, 1e9,        "input impedance"},
    {"max_input_dbu",              number,  "dBu",    -60, 60,       "input at which it clips"},
    {"max_output_dbu",             number,  "dBu",    -60, 80,       "output at which it clips"},
    {"output_impedance_ohm",       number,  "ohm",    0, 1e4,        "source impedance of its output"},
    {"max_power_mw",               number,  "mW",     0, 1e5,        "headphone amplifier: power before it clips"},
    {"max_current_ma",             number,  "mA",     0, 1e5,        "headphone amplifier: current before it clips, RMS"},
    {"min_load_ohm",               number,  "ohm",    0, 1e4,        "least load allowed"},
    {"line_output_impedance_ohm",  number,  "ohm",    0, 1e6,        "source impedance of its line output"},
    {"signal_to_noise_db",         number,  "dB(A)",  20, 160,       "under the rated power"},
};

constexpr FieldSpec speaker_fields[] = {
    {"sensitivity_db_1w_1m",       number,  "dB SPL", 40, 140,       "passive: at 1 W and 1 m"},
    {"sensitivity_db_spl_per_mw",  number,  "dB SPL", 40, 160,       "headphones: at 1 mW"},
    {"sensitivity_db_spl_per_v",   number,  "dB SPL", 40, 180,       "headphones: at 1 V RMS"},
    {"impedance_ohm",              number,  "ohm",    0.1, 1e5,      "nominal impedance"},
    {"input_dbu_for_ref_spl",      number,  "dBu",    -80, 40,       "active: this input gives ref_spl_db"},
    {"ref_spl_db",                 number,  "dB SPL", 40, 160,       "active: that level"},
    {"ref_distance_m",             number,  "m",      0.01, 100,     "active: at this distance"},
    {"output_level_settings_db",   numbers, "dB SPL", 40, 160,       "positions of the level switch, for 0 dBu"},
    {"max_spl_db",                 number,  "dB SPL", 40, 180,       "loudest at 1 m"},
    {"max_spl_pair_db",            number,  "dB SPL", 40, 180,       "the same of a pair"},
    {"amp_power_w",                numbers, "W",      0, 1e5,        "per driver"},
    {"power_rated_w",              number,  "W",      0, 1e5,        "passive: continuous"},
    {"power_max_w",                number,  "W",      0, 1e5,        "passive: peak"},
    {"input_impedance_ohm",        number,  "ohm",    1, 1e9,        "active: input impedance"},
    {"max_input_dbu",              number,  "dBu",    -60, 60,       "active: input for the full output"},
    {"max_input_dbu_high_sensitivity", number, "dBu", -60, 60,       "the same, level switch up"},
    {"max_input_dbu_low_sensitivity", number, "dBu",  -60, 60,       "the same, level switch down"},
    {"self_noise_dba_at_10cm",     number,  "dB(A) SPL", -20, 100,   "idle noise at 10 cm"},
};

constexpr FieldSpec sound_source_fields[] = {
    {"spl_avg_db",                 number,  "dB SPL", 0, any_db,     "long-term RMS"},
    {"spl_max_db",                 number,  "dB SPL", 0, any_db,     "loudest that is held"},
    {"spl_peak_db",                number,  "dB SPL", 0, any_db,     "highest peak"},
    {"distance_m",                 number,  "m",      1e-3, 1e4,     "where those hold; absent: close, or not stated"},
    {"spl_typical_loud_db",        number,  "dB SPL", 0, any_db,     "loud playing, typical"},
    {"spl_at_ear_max_db",          number,  "dB SPL", 0, any_db,     "at the player's ear, at most"},
    {"crest_factor_db",            number,  "dB",     0, 60,         "peak over RMS"},
    {"dynamic_range_db",           number,  "dB",     0, 150,        "softest to loudest note"},
    {"peak_acoustic_power_w",      number,  "W",      0, 1e6,        "peak power radiated"},
};

constexpr FieldSpec cable_fields[] = {
    {"capacitance_pf_per_m",       number,  "pF/m",   0, 1e5,        "conductor to shield; of a microphone cable conductor to conductor"},
    {"total_capacitance_pf",       number,  "pF",     0, 1e8,        "of the whole cable"},
    {"resistance_ohm_per_m",       number,  "ohm/m",  0, 1e3,        "there and back"},
};
// clang-format on

constexpr GearClass all_classes[] = {
    GearClass::microphone, GearClass::interface,    GearClass::preamp,
    GearClass::di_box,     GearClass::instrument,   GearClass::amplifier,
    GearClass::speaker,    GearClass::sound_source, GearClass::cable};

constexpr std::string_view microphone_kinds[] = {"condenser", "dynamic", "ribbon"};
constexpr std::string_view preamp_kinds[] = {"transformer", "solid-state", "tube",
                                             "tube and solid-state", "inline"};
constexpr std::string_view di_box_kinds[] = {"passive", "active", "reamp_passive", "reamp_active"};
constexpr std::string_view instrument_kinds[] = {"magnetic_pickup", "active_pickup", "piezo",
                                                 "line"};
constexpr std::string_view amplifier_kinds[] = {"power", "headphone", "guitar"};
constexpr std::string_view speaker_kinds[] = {"passive", "active", "headphone"};
constexpr std::string_view cable_kinds[] = {"instrument", "microphone", "speaker"};
constexpr std::string_view input_block_kinds[] = {"mic", "line", "hiz"};
constexpr std::string_view output_block_kinds[] = {"line", "monitor", "headphone"};

} // namespace

std::span<const GearClass> gear_classes() noexcept { return all_classes; }

std::string_view table_name(GearClass gear_class) noexcept {
    static constexpr std::string_view names[] = {"microphone", "interface",    "preamp",
                                                 "di_box",     "instrument",   "amplifier",
                                                 "speaker",    "sound_source", "cable"};
    return names[static_cast<std::size_t>(gear_class)];
}

std::string_view spoken_name(GearClass gear_class) noexcept {
    static constexpr std::string_view names[] = {"microphone", "interface",    "preamp",
                                                 "DI box",     "instrument",   "amplifier",
                                                 "speaker",    "sound source", "cable"};
    return names[static_cast<std::size_t>(gear_class)];
}

std::span<const FieldSpec> fields_of(GearClass gear_class) noexcept {
    switch (gear_class) {
    case GearClass::microphone:
        return microphone_fields;
    case GearClass::interface:
        return interface_fields;
    case GearClass::preamp:
        return preamp_fields;
    case GearClass::di_box:
        return di_box_fields;
    case GearClass::instrument:
        return instrument_fields;
    case GearClass::amplifier:
        return amplifier_fields;
    case GearClass::speaker:
        return speaker_fields;
    case GearClass::sound_source:
        return sound_source_fields;
    case GearClass::cable:
        return cable_fields;
    }
    return {};
}

std::span<const FieldSpec> input_fields() noexcept { return input_block_fields; }

std::span<const FieldSpec> output_fields() noexcept { return output_block_fields; }

std::span<const std::string_view> kinds_of(GearClass gear_class) noexcept {
    switch (gear_class) {
    case GearClass::microphone:
        return microphone_kinds;
    case GearClass::preamp:
        return preamp_kinds;
    case GearClass::di_box:
        return di_box_kinds;
    case GearClass::instrument:
        return instrument_kinds;
    case GearClass::amplifier:
        return amplifier_kinds;
    case GearClass::speaker:
        return speaker_kinds;
    case GearClass::cable:
        return cable_kinds;
    case GearClass::interface:
    case GearClass::sound_source:
        return {};
    }
    return {};
}

std::span<const std::string_view> input_kinds() noexcept { return input_block_kinds; }

std::span<const std::string_view> output_kinds() noexcept { return output_block_kinds; }

const FieldSpec* field_named(std::span<const FieldSpec> fields, std::string_view name) noexcept {
    const auto found = std::ranges::find(fields, name, &FieldSpec::name);
    return found != fields.end() ? &*found : nullptr;
}

} // namespace gainstage::circuit
