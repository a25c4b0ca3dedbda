// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "measure/tone.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <cmath>

using namespace gainstage;

TEST_CASE("tone: level and frequency to the last digit, at any rate and phase") {
    rc::prop("tones", [] {
        const double rate_hz = *rc::gen::element(8000.0, 44100.0, 48000.0);
        const double off = *rc::gen::inRange(-15, 16) / 1000.0;
        const double amplitude = *rc::gen::inRange(1, 1000) / 1000.0;
        const double hz = 997.0 * (1.0 + off);
        const auto x = test::sine(hz, amplitude, static_cast<std::size_t>(rate_hz), rate_hz,
                                  *rc::gen::inRange(0, 6) * 1.0);
        const auto tone = measure::find_tone(x, Hertz{rate_hz}, Hertz{997.0});
        RC_ASSERT(std::abs(tone.frequency.value() - hz) < 0.001);
        RC_ASSERT(std::abs(tone.level.db() - 20.0 * std::log10(amplitude)) < 0.001);
        RC_ASSERT(tone.over_rest.db() > 35.0);
    });
}

TEST_CASE("tone: noise is told from it") {
    auto x = test::sine(997.0, 0.1, 96000, 48000.0);
    const auto noise = test::white_noise(96000, test::Seed{1}, 0.01);
    for (std::size_t n = 0; n < x.size(); ++n) {
        x[n] += noise[n];
    }
    const auto tone = measure::find_tone(x, Hertz{48000.0}, Hertz{1000.0});
    CHECK(tone.level.db() == Approx(-20.0).margin(0.01));
    // 0.005 against 0.01^2 / 3
    CHECK(tone.over_rest.db() == Approx(21.76).margin(0.2));
    CHECK(measure::find_tone(noise, Hertz{48000.0}, Hertz{1000.0}).over_rest.db() < 0.0);
    CHECK(measure::find_tone(std::vector<float>(5000), Hertz{48000.0}, Hertz{1000.0})
              .level.is_silent());
    CHECK(measure::find_tone({}, Hertz{48000.0}, Hertz{1000.0}).level.is_silent());
}

TEST_CASE("tone: of a channel of a file, and what is wrong with the file") {
    const test::TemporaryFolder folder;
    test::write_stem(folder.path() / "tone.wav",
                     test::planar({test::white_noise(48000, test::Seed{1}),
                                   test::sine(1000.0, 0.5, 48000, 48000.0)}));
    const auto tone = measure::tone_of(folder.path() / "tone.wav", 1, Hertz{997.0});
    REQUIRE(tone);
    CHECK(tone->level.db() == Approx(-6.02).margin(0.01));
    CHECK(tone->frequency.value() == Approx(1000.0).margin(0.01));
    CHECK_FALSE(measure::tone_of(folder.path() / "tone.wav", 2, Hertz{997.0}));
    test::write_stem(folder.path() / "short.wav", audio::AudioBuffer(1, 100));
    CHECK_FALSE(measure::tone_of(folder.path() / "short.wav", 0, Hertz{997.0}));
    CHECK_FALSE(measure::tone_of(folder.path() / "none.wav", 0, Hertz{997.0}));
}
