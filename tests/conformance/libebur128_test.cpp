// SPDX-License-Identifier: MIT
// The bridge beside libebur128, an independent implementation, on random programme.
#include <catch2/catch.hpp>

#include "meter/loudness.h"
#include "meter/sample_peak.h"
#include "meter/true_peak.h"
#include "support/measured.h"

#include <ebur128.h>

#include <array>
#include <memory>

using namespace gainstage;
using namespace gainstage::meter;

namespace {

struct Free {
    void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};

using Peer = std::unique_ptr<ebur128_state, Free>;

/// Fed from frame `first` on.
Peer peer(const audio::AudioBuffer& audio, double rate_hz, std::size_t first = 0) {
    const auto channels = static_cast<std::size_t>(audio.channels());
    Peer state(ebur128_init(static_cast<unsigned>(channels), static_cast<unsigned long>(rate_hz),
                            EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK |
                                EBUR128_MODE_SAMPLE_PEAK));
    std::vector<float> interleaved;
    interleaved.reserve((audio.frames() - first) * channels);
    for (std::size_t n = first; n < audio.frames(); ++n) {
        for (std::size_t c = 0; c < channels; ++c) {
            interleaved.push_back(audio.channel(static_cast<int>(c))[n]);
        }
    }
    ebur128_add_frames_float(state.get(), interleaved.data(), audio.frames() - first);
    return state;
}

audio::AudioBuffer programme(int channels, double rate_hz, double seconds, std::uint64_t seed) {
    std::vector<std::vector<float>> out;
    for (int c = 0; c < channels; ++c) {
        out.push_back(test::programme(static_cast<std::size_t>(rate_hz * seconds),
                                      test::Seed{100 * seed + static_cast<std::uint64_t>(c)}));
    }
    return test::planar(out);
}

} // namespace

TEST_CASE("libebur128: integrated loudness within 0.01 LU and true peak within 0.1 dB at 44.1 and "
          "48 kHz") {
    const int channels = GENERATE(1, 2, 6);
    const double rate_hz = GENERATE(44100.0, 48000.0);
    const auto audio = programme(channels, rate_hz, 20.0, static_cast<std::uint64_t>(channels));
    const Measurement m = test::measured(audio, {.rate_hz = rate_hz});
    const Peer other = peer(audio, rate_hz);
    double lufs = 0.0;
    REQUIRE(ebur128_loudness_global(other.get(), &lufs) == EBUR128_SUCCESS);
    INFO(channels << " channels at " << rate_hz);
    CHECK(m[integrated].db() == Approx(lufs).margin(0.01));
    for (int c = 0; c < channels; ++c) {
        double true_peak_lin = 0.0;
        double sample_peak_lin = 0.0;
        REQUIRE(ebur128_true_peak(other.get(), static_cast<unsigned>(c), &true_peak_lin) ==
                EBUR128_SUCCESS);
        REQUIRE(ebur128_sample_peak(other.get(), static_cast<unsigned>(c), &sample_peak_lin) ==
                EBUR128_SUCCESS);
        CHECK(m.value(true_peak.key, c).value() ==
              Approx(20.0 * std::log10(true_peak_lin)).margin(0.1));
        CHECK(m.value(sample_peak.key, c).value() ==
              Approx(20.0 * std::log10(sample_peak_lin)).margin(1e-4));
    }
}

TEST_CASE("libebur128: integrated loudness within 0.05 LU at 96 and 192 kHz, whose high pass it "
          "doesn't scale") {
    const double rate_hz = GENERATE(96000.0, 192000.0);
    const int channels = GENERATE(1, 2, 6);
    const auto audio = programme(channels, rate_hz, 5.0, 7);
    double lufs = 0.0;
    const Peer other = peer(audio, rate_hz);
    REQUIRE(ebur128_loudness_global(other.get(), &lufs) == EBUR128_SUCCESS);
    CHECK(test::measured(audio, {.rate_hz = rate_hz})[integrated].db() ==
          Approx(lufs).margin(0.05));
}

TEST_CASE("libebur128: loudness range within 0.01 LU, with as many short-term values as EBU Tech "
          "3342 asks for") {
    // libebur128 takes a short-term value each second (which on this material reads 0.1 to 0.7 LU
    // less), Tech 3342 v4 asks for ten. Ten of it, each starting 100 ms after the one before, have
    // them all between them.
    const auto [rate_hz, channels] =
        GENERATE(table<double, int>({{48000.0, 1}, {44100.0, 2}, {44100.0, 6}}));
    audio::AudioBuffer audio = programme(channels, rate_hz, 24.0, 3);
    for (int c = 0; c < channels; ++c) { // give it a range: slow swells of 12 dB
        auto samples = audio.channel(c);
        for (std::size_t n = 0; n < samples.size(); ++n) {
            samples[n] *=
                static_cast<float>(test::linear(6.0 * std::sin(static_cast<double>(n) / rate_hz)));
        }
    }
    const auto hop = static_cast<std::size_t>(rate_hz / 10.0);
    std::array<Peer, 10> peers;
    std::array<ebur128_state*, 10> states{};
    for (std::size_t i = 0; i < peers.size(); ++i) {
        peers[i] = peer(audio, rate_hz, i * hop);
        states[i] = peers[i].get();
    }
    double lu = 0.0;
    REQUIRE(ebur128_loudness_range_multiple(states.data(), states.size(), &lu) == EBUR128_SUCCESS);
    CHECK(lu > 1.0);
    CHECK(test::measured(audio, {.rate_hz = rate_hz})[loudness_range].db() ==
          Approx(lu).margin(0.01));
}
