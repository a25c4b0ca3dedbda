// SPDX-License-Identifier: MIT
// Path: stages one behind the other, and what they do together to a signal: level, noise and
// impedance after each of them. Linear and without statistics: odds.h knows those; device.h makes
// stages out of gear.
#pragma once

#include "circuit/element.h"
#include "circuit/noise.h"
#include "units/level.h"
#include "units/quantity.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::circuit {

enum class StageKind {
    microphone,
    instrument,
    cable,
    pad,
    di_box,
    booster,
    preamp,
    input,     ///< an input of an interface, up to its converter
    converter, ///< A/D: its output is digital, full scale is its clip point
    output,    ///< D/A and output of an interface
    amplifier,
    reamp,
    speaker,
    headphones
};

/// "microphone", "di-box"…: as in JSON.
std::string_view name(StageKind kind) noexcept;

/// What a signal goes through on one box's way.
struct Stage {
    std::string name; ///< "Shure SM57", "cable, 10 m"
    StageKind kind = StageKind::cable;
    std::vector<Element> elements; ///< from its input to its output; without a gain() it is passive
    std::optional<Dbu> input_clip; ///< the sine at its input at which it clips
    std::optional<Dbu> output_clip; ///< and at its output
    Gain gain_deviation;            ///< how uncertain its gain is: one standard deviation

    /// The gain of its amplifier; nothing if there is none.
    [[nodiscard]] std::optional<Gain> gain() const;

    /// Sets the gain of its last amplifier.
    void set_gain(Gain gain);
};

struct Path {
    std::vector<Stage> stages; ///< the first is the source: its elements are its impedance
    double source_noise =
        0.0; ///< V^2/Hz in the source itself, besides the thermal noise of its elements
    double temperature_k = room_temperature_k;
};

/// What is found behind a stage, loaded by all that follow.
struct Node {
    Gain gain; ///< from the source's emf, at 1 kHz
    Dbu noise; ///< 20 Hz to 20 kHz, of everything up to here
    Dbu noise_a_weighted;
    Complex source_ohm; ///< what the next stage looks into, at 1 kHz
    Load load;          ///< what this stage has to drive, at 1 kHz
    Gain loading;       ///< what that load costs at 1 kHz, against no load: 0 dB or less
};

/// How much of the noise behind the last stage comes from where.
struct NoiseShare {
    double power = 0.0; ///< V^2 behind the last stage
    double a_weighted_power = 0.0;
};

struct Response {
    std::vector<Node> nodes;        ///< one a stage
    NoiseShare source;              ///< Path::source_noise
    std::vector<NoiseShare> shares; ///< one a stage
    std::vector<double>
        magnitude_db; ///< behind the last stage, against 1 kHz; one a frequency of the grid

    [[nodiscard]] const Node& end() const { return nodes.back(); }
};

/// Level, noise and impedances along the path. `path` has a stage at least.
Response respond(const Path& path, const FrequencyGrid& grid = FrequencyGrid::fine());

/// From the source's emf to behind each stage, at 1 kHz: respond() without its noise and its band.
std::vector<Gain> gains(const Path& path);

/// From the source's emf to behind the last stage, at one frequency: magnitude and phase.
Complex transfer(const Path& path, Hertz frequency);

/// The same to behind each stage, loaded by all that follow.
std::vector<Complex> transfers(const Path& path, Hertz frequency);

/// V^2/Hz behind the last stage, of everything.
double noise_density(const Path& path, Hertz frequency);

/// Where the response falls 3 dB under 1 kHz; nothing where it doesn't within the band.
struct Corners {
    std::optional<Hertz> low;
    std::optional<Hertz> high;
};

Corners corners(const Response& response, const FrequencyGrid& grid = FrequencyGrid::fine());

/// The highest point of the response above 1 kHz, if it stands out by 0.5 dB: a pickup's resonance.
struct Resonance {
    Hertz frequency;
    Gain height; ///< over 1 kHz
};

std::optional<Resonance> resonance(const Response& response,
                                   const FrequencyGrid& grid = FrequencyGrid::fine());

} // namespace gainstage::circuit
