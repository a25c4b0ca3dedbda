// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/active_rms.h"
#include "meter/rms.h"
#include "support/measured.h"

using namespace gainstage;
using namespace gainstage::meter;

TEST_CASE("active RMS: pauses don't count, as the blocks of 400 ms tell") {
    const auto tone = test::sine(480.0, 0.1, 5 * 48000, 48000.0);
    const std::vector<float> pause(10 * 48000, 0.0f);
    const Measurement m = test::measured(test::planar(test::joined({pause, tone, pause}), 2));
    // By hand: 47 blocks wholly in the tone, and at each end one of 3/4, 1/2, 1/4 tone; all above
    // the gate.
    const double expected =
        10.0 * std::log10(0.005 * (47.0 + 2.0 * (0.75 + 0.5 + 0.25)) / (47.0 + 6.0));
    CHECK(m[active_rms].db() == Approx(expected).margin(0.001));
    CHECK(m[rms].db() == Approx(10.0 * std::log10(0.005 * 5.0 / 25.0)).margin(0.001));
}

TEST_CASE("active RMS: blocks 10 dB below the mean are dropped, -70 dBFS is the end") {
    const auto loud = test::sine(480.0, test::linear(-20.0), 10 * 48000, 48000.0);
    const auto quiet = test::sine(480.0, test::linear(-36.0), 10 * 48000, 48000.0);
    const auto m = test::measured(test::planar(test::joined({loud, quiet}), 1));
    CHECK(m[active_rms].db() == Approx(-23.01).margin(0.1));
    CHECK(test::measured(
              test::planar(test::sine(480.0, test::linear(-69.0), 48000, 48000.0), 1))[active_rms]
              .is_silent());
    CHECK_FALSE(test::measured(test::planar(test::sine(480.0, test::linear(-66.0), 48000, 48000.0),
                                            1))[active_rms]
                    .is_silent());
}

TEST_CASE("active RMS: under 400 ms the whole, and DC never counts") {
    auto x = test::sine(480.0, 0.1, 10000, 48000.0);
    CHECK(test::measured(test::planar(x, 1))[active_rms].db() == Approx(-23.01).margin(0.001));
    for (float& sample : x) {
        sample += 0.3f;
    }
    CHECK(test::measured(test::planar(x, 1))[active_rms].db() == Approx(-23.01).margin(0.001));
    auto longer = test::sine(480.0, 0.1, 96000, 48000.0);
    for (float& sample : longer) {
        sample += 0.3f;
    }
    const Measurement m = test::measured(test::planar(longer, 1));
    CHECK(m[active_rms].db() == Approx(-23.01).margin(0.001));
    CHECK(m[rms].db() == Approx(10.0 * std::log10(0.09 + 0.005)).margin(0.001));
}
