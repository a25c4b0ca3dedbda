// SPDX-License-Identifier: MIT
// write_stem: a sound file for a test. Goes through audio/io's Sink, so the test links that room.
#pragma once

#include "audio/buffer.h"
#include "audio/io/sink.h"

#include <filesystem>
#include <stdexcept>

namespace gainstage::test {

/// A WAV of 32-bit float samples unless said otherwise; no dither.
inline void write_stem(const std::filesystem::path& file,
                       const audio::AudioBuffer& sound,
                       double sample_rate_hz = 48000.0,
                       audio::io::SampleFormat sample = audio::io::SampleFormat::float32,
                       audio::io::Container container = audio::io::Container::wav) {
    audio::io::SinkFormat format;
    format.container = container;
    format.sample = sample;
    format.sample_rate = Hertz{sample_rate_hz};
    format.layout = audio::ChannelLayout::default_for(sound.channels());
    format.dither = false;
    auto sink = audio::io::create(file, format);
    if (!sink || !(*sink)->write(sound.view()) || !(*sink)->commit()) {
        throw std::runtime_error("write_stem: " + file.string());
    }
}

} // namespace gainstage::test
