// SPDX-License-Identifier: MIT
// Instruments: seeded phrases of synthetic instruments for the tests of room take. Not music: what
// matters is that peaks differ from note to note, as a player's do, and that tops have the shapes
// that strings, reeds, skins and voices have. 48 kHz, mono, highest peak 1.0.
#pragma once

#include "support/signals.h"

#include <string>
#include <vector>

namespace gainstage::test {

inline constexpr double instrument_rate_hz = 48000.0;

enum class Instrument { bass, guitar, organ, voice, kick, snare, strings };

inline constexpr Instrument instruments[] = {
    Instrument::bass, Instrument::guitar, Instrument::organ,  Instrument::voice,
    Instrument::kick, Instrument::snare,  Instrument::strings};

std::string name(Instrument instrument);

/// `seconds` of it; half a second of digital silence first, and a pause after every few notes.
std::vector<float> phrase(Instrument instrument, Seed seed, double seconds);

/// Clipped at `depth_db` under its peak.
std::vector<float> clipped(std::vector<float> signal, double depth_db);

/// A guitar that a stage in front of the interface cut off by 3 dB, so that its peaks arrive at -9
/// dBFS; in the second channel the same, not cut off.
audio::AudioBuffer through_a_clipping_preamp(double seconds);

/// Times 10^(gain_db/20), plus Gaussian noise of `noise_dbfs` RMS, rounded to 24 bit: what a
/// converter and an export make of it.
std::vector<float>
recorded(std::vector<float> signal, double gain_db, double noise_dbfs, Seed seed);

} // namespace gainstage::test
