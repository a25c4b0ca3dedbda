// SPDX-License-Identifier: MIT
// Loudness and true peak of raw 32-bit float samples on standard input, in C++. With any decoder:
//     ffmpeg -v error -i song.flac -f f32le - | ./loudness 44100 2
// Built by the CMakeLists.txt beside it.
#include "meter/loudness.h"
#include "audio/buffer.h"
#include "meter/bridge.h"
#include "meter/rms.h"
#include "meter/true_peak.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

using namespace gainstage;

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: loudness SAMPLE_RATE_HZ CHANNELS < samples\n");
        return 2;
    }
    constexpr std::size_t block_frames = 1024;
    const auto layout = audio::ChannelLayout::default_for(std::atoi(argv[2]));
    const auto channels = static_cast<std::size_t>(layout.channels());

    meter::Bridge bridge;
    try {
        bridge.prepare({.sample_rate = Hertz{std::atof(argv[1])},
                        .layout = layout,
                        .max_frames = static_cast<int>(block_frames)});
    } catch (const std::invalid_argument& error) {
        std::fprintf(stderr, "loudness: %s\n", error.what());
        return 1;
    }

    // Meters read planar audio: one run of memory a channel.
    audio::AudioBuffer planar(layout.channels(), block_frames);
    std::vector<float> interleaved(block_frames * channels);
    while (const std::size_t frames =
               std::fread(interleaved.data(), sizeof(float) * channels, block_frames, stdin)) {
        for (std::size_t c = 0; c < channels; ++c) {
            const auto channel = planar.channel(static_cast<int>(c));
            for (std::size_t n = 0; n < frames; ++n) {
                channel[n] = interleaved[n * channels + c];
            }
        }
        bridge.process(planar.view().first(frames));
    }

    // Readings are typed: a Lufs can't be taken for a Dbtp.
    const meter::Measurement levels = bridge.measurement();
    const Lufs integrated = levels[meter::integrated];
    const Dbtp true_peak = levels[meter::true_peak];
    const DbfsRms rms = to_aes17(levels[meter::rms]);
    std::printf("integrated %.2f LUFS\n", integrated.db());
    std::printf("true peak %.2f dBTP\n", true_peak.db());
    std::printf("RMS %.2f dBFS\n", rms.db());
}
