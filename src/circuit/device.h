// SPDX-License-Identifier: MIT
// Device: gear with its switches set, as stages of a path. Here published figures get their meaning
// in a circuit; what a sheet lacks is assumed through its Sheet, and said.
#pragma once

#include "circuit/path.h"
#include "circuit/sheet.h"

#include <optional>
#include <string>
#include <string_view>

namespace gainstage::circuit {

/// A gain that can be set.
struct GainRange {
    Gain least;
    Gain most;
    std::optional<Gain> step; ///< from `least` on; absent: it has none

    /// The highest setting at or under `wanted`, or the least there is.
    [[nodiscard]] Gain at_most(Gain wanted) const;
};

/// What is plugged in somewhere, with its switches set.
struct Device {
    std::string name;
    std::vector<Stage> stages;
    std::optional<std::size_t> gain_stage; ///< which of the stages has the gain that can be set
    GainRange gain_range;
    bool supplies_phantom = false;
    bool feeds_on_phantom = false; ///< a booster or an active DI box
    bool passes_phantom = true;    ///< on to what is before it
    bool isolated = false;         ///< transformer
    bool balanced = true;
    std::optional<Ohms> input_impedance;
    std::optional<Dbu> full_scale; ///< A/D: the level at its converter that reads 0 dBFS
    bool is_float = false;         ///< records 32-bit float: its level can't be too low or too high
    std::optional<Seconds> jitter;
};

/// What is at the beginning: a device whose first stage is its own impedance, and its level.
struct SourceDevice {
    Device device;
    Dbu average; ///< open circuit, RMS
    Dbu peak;    ///< open circuit: of the sine that has this peak, so that it compares with clip
                 ///< points
    double noise = 0.0; ///< V^2/Hz, besides the thermal noise of its impedance
    bool needs_phantom = false;
    bool harmed_by_phantom = false; ///< a passive ribbon
    bool passive_instrument = false;
    std::optional<DbSpl> average_spl; ///< at the microphone
    std::optional<DbSpl> peak_spl;
};

/// Average and peak of a sound at the microphone. The peak is that of the pressure.
struct SoundLevel {
    DbSpl average;
    DbSpl peak;
};

/// What sources.toml says of a sound, `distance` from it (absent: where its figures hold): 6 dB
/// less a doubling of distance.
SoundLevel sound_level(const GearEntry& sound, std::optional<double> distance_m, SheetNotes& notes);

/// `pattern` may be empty. `pad` 0 dB: out.
SourceDevice microphone(const GearEntry& entry,
                        std::string_view pattern,
                        Gain pad,
                        const SoundLevel& sound,
                        SheetNotes& notes);

/// A pickup, a piezo, a keyboard or another line source at its typical level.
SourceDevice instrument(const GearEntry& entry, SheetNotes& notes);

/// The loudspeaker output of an amplifier at its rated power.
SourceDevice speaker_output(const GearEntry& entry, SheetNotes& notes);

/// A source of that impedance which gives these levels.
SourceDevice line_source(std::string name, Dbu average, Dbu peak, Ohms impedance);

Device cable(const GearEntry& entry, double length_m, SheetNotes& notes);
Device pad_device(PadShape shape, Gain loss, Ohms impedance);

/// The switch of a line input that says what level it is made for.
enum class NominalLevel { plus_4_dbu, minus_10_dbv };

/// "+4 dBu", "-10 dBV": as in documents and JSON.
std::string_view name(NominalLevel nominal) noexcept;

/// Which settings an input has.
struct InputOptions {
    std::vector<Gain> pads;             ///< 0 dB first: out
    std::vector<Ohms> impedances;       ///< selectable ones; empty: one only
    std::vector<NominalLevel> nominals; ///< of its switch, +4 dBu first; empty: it has none
};

/// `input_kind`: "mic", "line", "hiz".
InputOptions input_options(const GearEntry& entry, std::string_view input_kind);

/// Which kinds of input a preamp or an interface has; for other gear none.
std::vector<std::string> input_kinds_of(const GearEntry& entry);

struct InputSettings {
    std::string kind = "mic";
    Gain pad;
    std::optional<Ohms> impedance; ///< absent: the default one
    int bits = 24;                 ///< of the recording
    NominalLevel nominal = NominalLevel::plus_4_dbu;
};

/// An input of an interface with its converter, or a preamp, or an inline booster.
Device input(const GearEntry& interface, const InputSettings& settings, SheetNotes& notes);
Device preamp(const GearEntry& entry, const InputSettings& settings, SheetNotes& notes);

/// DI and re-amp boxes; `pad` 0 dB: out.
Device di_box(const GearEntry& entry, Gain pad, SheetNotes& notes);

/// An output of an interface as a source: average and peak in dBFS, at full volume. Its gain is the
/// volume, 0 dB and down. A headphone output's power and current limit what it gives into `load`.
SourceDevice output(const GearEntry& interface,
                    std::string_view output_kind,
                    DbfsRms average,
                    Dbfs peak,
                    std::optional<Ohms> load,
                    SheetNotes& notes);

/// A power, headphone or guitar amplifier, driving a load of that impedance.
Device amplifier(const GearEntry& entry, std::optional<Ohms> load, SheetNotes& notes);

/// An input that only loads, clips and ends the way: a tape deck, a desk, a guitar amplifier.
Device load(std::string name, Ohms impedance, std::optional<Dbu> clip);

/// Loudspeakers and headphones: what they do to the circuit, and the sound level for a voltage.
struct Transducer {
    Device device;
    DbSpl at_0_dbu;               ///< sound level for 0 dBu at its input, where the listener is
    std::optional<DbSpl> loudest; ///< the most it can do there
    Ohms impedance;
};

/// `count` of them play the same, uncorrelated: 3 dB a doubling.
Transducer transducer(const GearEntry& entry, double distance_m, int count, SheetNotes& notes);

} // namespace gainstage::circuit
