// SPDX-License-Identifier: MIT
// One workload, a number of seconds of it, nothing else: for counting instructions under callgrind,
// which a noisy machine doesn't change (bench/instructions).
//     instructions WORKLOAD MATERIAL SECONDS
#include "meter/bridge.h"
#include "meter/correlation.h"
#include "meter/loudness.h"
#include "meter/rms.h"
#include "meter/sample_peak.h"
#include "meter/set.h"
#include "meter/true_peak.h"
#include "support/signals.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

using namespace gainstage;

namespace {

constexpr std::size_t rate_hz = 48000;
constexpr std::size_t block = 4096;

/// One second, then again: what is measured is the meters, not the making of signals.
audio::AudioBuffer material(std::string_view name) {
    std::vector<std::vector<float>> channels;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        auto x = name == "noise" ? test::white_noise(4 * rate_hz, test::Seed{seed}, 0.5)
                                 : test::programme(4 * rate_hz, test::Seed{seed}, 0.9);
        if (name == "limited") {
            for (float& sample : x) {
                sample = std::clamp(4.0f * sample, -0.9f, 0.9f);
            }
        }
        channels.push_back(std::move(x));
    }
    return test::planar(channels);
}

template <typename Meter>
void run(const audio::AudioBuffer& audio, std::size_t seconds) {
    Meter meter;
    meter.prepare({.sample_rate = Hertz{static_cast<double>(rate_hz)},
                   .max_frames = static_cast<int>(block)});
    std::size_t at = 0;
    for (std::size_t done = 0; done < seconds * rate_hz;) {
        const std::size_t frames = std::min({block, audio.frames() - at, seconds * rate_hz - done});
        meter.process(audio.view().slice(at, frames));
        done += frames;
        at = (at + frames) % audio.frames();
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: instructions bridge|core|loudness|true_peak|sums "
                             "programme|limited|noise SECONDS\n");
        return 2;
    }
    using namespace meter;
    const std::string_view workload = argv[1];
    const auto audio = material(argv[2]);
    const auto seconds = static_cast<std::size_t>(std::atoi(argv[3]));
    if (workload == "bridge") {
        run<Bridge>(audio, seconds);
    } else if (workload == "core") { // what the figures to reach are about
        run<Set<Loudness, TruePeak, SamplePeak, Rms, Correlation>>(audio, seconds);
    } else if (workload == "loudness") {
        run<Set<Loudness>>(audio, seconds);
    } else if (workload == "true_peak") {
        run<Set<TruePeak>>(audio, seconds);
    } else if (workload == "sums") {
        run<Set<SamplePeak, Rms, Correlation>>(audio, seconds);
    } else {
        return 2;
    }
}
