// SPDX-License-Identifier: MIT
#include "take/repetition.h"

#include "support/clipping_set.h"
#include "support/instruments.h"
#include "support/peaks_in_context.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <cmath>
#include <numbers>

using namespace gainstage;
using namespace gainstage::test;
using take::is_repetition;
using take::SidesOfZero;

namespace {

bool repeats(const std::vector<float>& x, double rate_hz = 48000.0) {
    return is_repetition(peaks_in_context(x, SidesOfZero::both), Hertz{rate_hz});
}

} // namespace

TEST_CASE("repetition: a tone is one, at any phase and level, with noise or none") {
    rc::prop("whatever its frequency", [] {
        const double hz = *rc::gen::inRange(200, 16000);
        const double phase = 0.01 * *rc::gen::inRange(0, 628);
        const double peak = std::pow(10.0, -0.05 * *rc::gen::inRange(0, 40));
        const std::vector<float> tone = sine(hz, peak, 24000, 48000.0, phase);
        RC_ASSERT(repeats(tone));
        RC_ASSERT(repeats(recorded(tone, 0.0, -110.0, Seed{1})));
    });
}

TEST_CASE("repetition: a band-limited wave that the sample rate moves through is one") {
    for (const double hz : {441.0, 997.0, 1730.3}) {
        CAPTURE(hz);
        std::vector<float> saw(48000);
        for (std::size_t n = 0; n < saw.size(); ++n) {
            double sum = 0.0;
            for (int k = 1; k * hz < 20000.0; ++k) {
                sum +=
                    std::sin(2.0 * std::numbers::pi * k * hz * static_cast<double>(n) / 48000.0) /
                    k;
            }
            saw[n] = static_cast<float>(0.3 * sum);
        }
        CHECK(repeats(saw));
    }
}

TEST_CASE("repetition: a note that swells is one, unless it was cut off at one level") {
    for (const double hz : {440.0, 730.3, 1100.0}) { // higher ones' crests are caught less exactly
        CAPTURE(hz);
        std::vector<float> note = sine(hz, 0.5, 48000, 48000.0);
        for (std::size_t n = 0; n < note.size(); ++n) {
            note[n] *= static_cast<float>(1.0 - 0.12 * std::cos(static_cast<double>(n) / 7000.0));
        }
        CHECK(repeats(recorded(note, -3.0, -90.0, Seed{1})));
        CHECK(!repeats(recorded(clip(note, ClipCurve::hard, 1.5), -3.0, -90.0, Seed{1})));
    }
}

TEST_CASE("repetition: neither music nor noise is one, and too few peaks say nothing") {
    for (const Instrument instrument :
         {Instrument::guitar, Instrument::snare, Instrument::strings}) {
        for (const std::uint64_t seed : {1u, 2u, 3u}) {
            CAPTURE(name(instrument), seed);
            const std::vector<float> x = phrase(instrument, Seed{seed}, 6.0);
            CHECK(!repeats(recorded(x, -3.0, -96.0, Seed{seed})));
            CHECK(!repeats(recorded(clip(x, ClipCurve::hard, 2.0), -3.0, -96.0, Seed{seed})));
        }
    }
    const std::vector<float> music = phrase(Instrument::guitar, Seed{1}, 3.0);
    for (const double rate_hz : {96000.0, 192000.0}) {
        CHECK(!repeats(after(music, {-3.0, -96.0, rate_hz}, instrument_rate_hz, Seed{1}), rate_hz));
    }
    CHECK(!repeats(white_noise(48000, Seed{1}, 0.5)));
    CHECK(!repeats({}));
    CHECK(!repeats(std::vector<float>(4000)));
    std::vector<float> seven(48000);
    for (std::size_t n = 1; n <= 7; ++n) {
        seven[6000 * n] = 0.5f;
    }
    CHECK(!repeats(seven));
}
