// SPDX-License-Identifier: MIT
// ChainDocument: a *.chain.toml as it was written: sources, the devices behind them in order, the
// playback side; settings that are known, and those left open with "?". docs/reference/chain.md is
// its schema. It decides nothing: solver.h does.
#pragma once

#include "circuit/device.h"
#include "circuit/element.h"
#include "circuit/gear.h"
#include "units/level.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::circuit {

/// Where something stands in the file: both from 1; 0 where it isn't written.
struct Place {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// A setting: known, or open because "?" is written or nothing is.
template <typename Value>
struct Setting {
    std::optional<Value> value;
    Place question; ///< of the "?", if one is written

    [[nodiscard]] bool is_open() const noexcept { return !value; }
};

enum class DeviceKind {
    gear, ///< one of the candidates
    pad,  ///< resistors in a barrel or box
    load  ///< an input nobody has a data sheet of
};

struct DeviceSpec {
    Place place;
    DeviceKind kind = DeviceKind::gear;
    std::vector<const GearEntry*> candidates; ///< null: nothing in between ("none")
    std::string name;                         ///< of a load
    std::shared_ptr<const GearEntry> own;     ///< headphones described here: the candidate

    double length_m = 0.0; ///< cables
    std::optional<bool> balanced;
    PadShape pad_shape = PadShape::u;
    Gain pad_loss;
    Ohms impedance{150.0};        ///< of a pad or load
    std::optional<Dbu> max_input; ///< of a load
    std::optional<Dbu> nominal;   ///< of a load: the level it is made for

    Setting<std::string> input; ///< "mic", "line", "hiz"
    Setting<Gain> gain;
    Setting<Gain> pad; ///< 0 dB: out
    Setting<Ohms> input_impedance;
    Setting<NominalLevel> nominal_switch;
    std::optional<bool> phantom; ///< absent: on where it is needed
    std::optional<Gain> gain_step;
    std::optional<Gain> gain_tolerance;
    std::optional<Seconds> jitter;
    std::optional<Hertz> sample_rate;
    std::string clock; ///< "internal", "external"; empty: not said
    int channel = 0;   ///< of the interface; 0: not said

    std::string output = "line"; ///< of an interface, on the playback side
    double distance_m = 1.0;     ///< loudspeaker to listener
    int count = 1;               ///< loudspeakers
};

struct SourceSpec {
    Place place;
    std::string id;
    const GearEntry* sound = nullptr;      ///< what sounds
    const GearEntry* microphone = nullptr; ///< one of these three, or levels
    const GearEntry* instrument = nullptr;
    const GearEntry* amplifier = nullptr; ///< its loudspeaker output
    std::string pattern;
    Setting<Gain> pad;                ///< the microphone's
    std::optional<double> distance_m; ///< sound to microphone
    std::optional<DbSpl> average_spl; ///< at the microphone; instead of the sound's
    std::optional<DbSpl> peak_spl;
    std::optional<Dbu> average; ///< open circuit; instead of the instrument's
    std::optional<Dbu> peak;    ///< the sine that has this peak
    std::optional<Ohms> impedance;
    std::string recording; ///< a file to measure instead, relative to the chain's folder
    std::optional<Dbu> recording_full_scale; ///< what 0 dBFS in it was
    std::optional<Gain> spread;
    std::string from; ///< a playback that is heard or plugged in here
    std::vector<DeviceSpec> devices;
};

struct PlaybackSpec {
    Place place;
    std::string id;
    std::string plays; ///< a source's id; empty: the levels below
    DbfsRms average{-18.0};
    Dbfs peak{-1.0};
    std::optional<DbSpl> target;   ///< average at the listener
    const GearEntry* as = nullptr; ///< the instrument whose level is wanted: re-amping
    std::vector<DeviceSpec> devices;
};

struct RecordingSpec {
    std::optional<Seconds> take;
    std::optional<double> clip_odds_max;
    Hertz sample_rate{48000.0};
    int bits = 24; ///< 0: floating point
    double temperature_k = 293.15;
};

struct ChainDocument {
    std::string title;
    RecordingSpec recording;
    std::vector<SourceSpec> sources;
    std::vector<PlaybackSpec> playbacks;

    /// `library` has to outlive it.
    ///   errors  not TOML, unknown gear and keys, wrong types and units, two of one id, loops:
    ///   file,
    ///           line, column, what to do
    static Result<ChainDocument>
    parse(std::string_view toml, std::string_view file_name, const GearLibrary& library);
};

} // namespace gainstage::circuit
