// SPDX-License-Identifier: MIT
// tone: a test tone in a recording: its exact frequency, its level, and how far it stands out. For
// lining up: what is read here is set against what was sent.
#pragma once

#include "audio/io/watch.h"
#include "units/level.h"
#include "units/quantity.h"
#include "units/result.h"

#include <filesystem>
#include <span>
#include <vector>

namespace gainstage::measure {

struct Tone {
    Hertz frequency;
    DbfsRms level;  ///< AES17: a full-scale sine reads 0
    Gain over_rest; ///< power of the tone over all that isn't it
};

/// The tone near `nominal` (within 2 %) in samples that hold nothing else for long.
///   in      1024 samples and more; linear, full scale = 1.0
///   out     silence where there is none
///   method  windowed Fourier sums; the frequency from the phase between one window and the next
///   error   0.001 dB for a steady tone of 0.5 s and more, 20 dB over the rest; over_rest is sure
///   up to 35 dB
Tone find_tone(std::span<const float> samples, Hertz sample_rate, Hertz nominal);

/// The first minute of one channel of a recording; what isn't a number is silence.
struct ToneRecording {
    std::vector<float> samples;
    Hertz sample_rate;
};

/// One channel (from 0) of a file.
///   errors  those of audio::io::open and read; no such channel; under 0.5 s
Result<ToneRecording>
tone_recording(const std::filesystem::path& path, int channel, const audio::io::Watch& watch = {});

/// The first minute of one channel (from 0) of a file.
///   errors  those of audio::io::open and read; no such channel; under 0.5 s
Result<Tone> tone_of(const std::filesystem::path& path,
                     int channel,
                     Hertz nominal,
                     const audio::io::Watch& watch = {});

} // namespace gainstage::measure
