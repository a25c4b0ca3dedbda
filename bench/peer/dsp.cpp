// SPDX-License-Identifier: MIT
// The meters on samples in memory, beside libebur128 on the same: nanoseconds a stereo frame, each
// the best of three passes, so that what else the machine does counts little. bench/peers runs it.
//     dsp MATERIAL        -> lines of NAME NANOSECONDS
//     dsp --wave SECONDS  -> a WAV file, stereo, 48 kHz, 24 bit, on standard output
#include "meter/bridge.h"
#include "meter/correlation.h"
#include "meter/loudness.h"
#include "meter/rms.h"
#include "meter/sample_peak.h"
#include "meter/set.h"
#include "meter/true_peak.h"
#include "support/signals.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <ebur128.h>
#include <functional>
#include <string_view>

using namespace gainstage;

namespace {

constexpr std::size_t rate_hz = 48000;
constexpr std::size_t block = 4096;

audio::AudioBuffer material(std::string_view name, std::size_t frames) {
    std::vector<std::vector<float>> channels;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        auto x = test::programme(frames, test::Seed{seed}, 0.9);
        if (name == "limited") {
            for (float& sample : x) {
                sample = std::clamp(4.0f * sample, -0.9f, 0.9f); // 12 dB into a clipper
            }
        } else if (name == "denormal") {
            for (float& sample : x) {
                sample *= 1e-39f; // the smallest normal float is 1.2e-38
            }
        }
        channels.push_back(std::move(x));
    }
    return test::planar(channels);
}

/// Processor time, not the clock on the wall: what else the machine does would be counted too.
double ns_a_frame(std::size_t frames, const std::function<void()>& pass) {
    double best_s = HUGE_VAL;
    for (int turn = 0; turn < 3; ++turn) {
        const std::clock_t start = std::clock();
        pass();
        const auto ticks = static_cast<double>(std::clock() - start);
        best_s = std::min(best_s, ticks / double{CLOCKS_PER_SEC});
    }
    return best_s * 1e9 / static_cast<double>(frames);
}

double checked = 0.0; // what was read is used, so that no compiler leaves the reading out

template <typename Meter>
void ours(const char* name, const audio::AudioBuffer& audio) {
    Meter meter;
    meter.prepare({.sample_rate = Hertz{static_cast<double>(rate_hz)},
                   .max_frames = static_cast<int>(block)});
    std::printf("%s %.4f\n", name, ns_a_frame(audio.frames(), [&] {
                    meter.reset();
                    for (std::size_t at = 0; at < audio.frames(); at += block) {
                        meter.process(audio.view().slice(at, std::min(block, audio.frames() - at)));
                    }
                    checked += meter.measurement()[meter::sample_peak].db();
                }));
}

void libebur128(const audio::AudioBuffer& audio) {
    std::vector<float> interleaved(2 * audio.frames());
    for (std::size_t n = 0; n < audio.frames(); ++n) {
        interleaved[2 * n] = audio.channel(0)[n];
        interleaved[2 * n + 1] = audio.channel(1)[n];
    }
    std::printf("libebur128 %.4f\n", ns_a_frame(audio.frames(), [&] {
                    ebur128_state* state = ebur128_init(
                        2, rate_hz, EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
                    for (std::size_t at = 0; at < audio.frames(); at += block) {
                        ebur128_add_frames_float(state, interleaved.data() + 2 * at,
                                                 std::min(block, audio.frames() - at));
                    }
                    double integrated = 0.0;
                    double range = 0.0;
                    ebur128_loudness_global(state, &integrated);
                    ebur128_loudness_range(state, &range);
                    checked += integrated + range;
                    ebur128_destroy(&state);
                }));
}

void put(std::uint32_t value, int bytes) {
    for (int at = 0; at < bytes; ++at) {
        std::putchar(static_cast<int>(value >> (8 * at) & 0xFFu));
    }
}

int write_wave(std::size_t seconds) {
    const auto data_bytes = static_cast<std::uint32_t>(seconds * rate_hz * 6);
    std::fputs("RIFF", stdout);
    put(data_bytes + 36, 4);
    std::fputs("WAVEfmt ", stdout);
    put(16, 4);
    put(1, 2); // PCM
    put(2, 2);
    put(rate_hz, 4);
    put(rate_hz * 6, 4);
    put(6, 2);
    put(24, 2);
    std::fputs("data", stdout);
    put(data_bytes, 4);
    const auto audio = material("programme", seconds * rate_hz);
    for (std::size_t n = 0; n < audio.frames(); ++n) {
        for (int c = 0; c < 2; ++c) {
            put(static_cast<std::uint32_t>(std::lrint(audio.channel(c)[n] * 8388607.0f)), 3);
        }
    }
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? 0 : 3;
}

} // namespace

int main(int argc, char** argv) {
    using namespace meter;
    if (argc == 3 && std::string_view(argv[1]) == "--wave") {
        return write_wave(static_cast<std::size_t>(std::atoi(argv[2])));
    }
    if (argc != 2) {
        std::fprintf(stderr, "usage: dsp programme|limited|denormal, or dsp --wave SECONDS\n");
        return 2;
    }
    const auto audio = material(argv[1], 20 * rate_hz);
    libebur128(audio);
    ours<Set<Loudness, TruePeak, SamplePeak, Rms, Correlation>>("core", audio);
    ours<Bridge>("bridge", audio);
    return std::isnan(checked) ? 1 : 0;
}
