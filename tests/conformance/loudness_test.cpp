// SPDX-License-Identifier: MIT
// Loudness where the published cases (src/conformance, run by cases_test.cpp) don't look: every
// loudspeaker's weight, dual mono, noise.
#include <catch2/catch.hpp>

#include "meter/channel_weight.h"
#include "meter/loudness.h"
#include "support/measured.h"

using namespace gainstage;
using namespace gainstage::meter;

TEST_CASE("dual mono: a mono stream as played on two loudspeakers is 3.01 LU louder, and says so, "
          "stereo is as it was") {
    const auto mono = test::planar(test::programme(5 * 48000, test::Seed{21}), 1);
    const Measurement once = test::measured(mono);
    const Measurement twice = test::measured(mono, {.bridge = {.dual_mono = true}});
    CHECK(twice[integrated].db() - once[integrated].db() == Approx(3.0103).margin(0.001));
    CHECK(twice[max_momentary].db() - once[max_momentary].db() == Approx(3.0103).margin(0.001));
    CHECK(twice.dual_mono);
    CHECK_FALSE(once.dual_mono);
    const auto stereo_noise = test::planar(test::programme(5 * 48000, test::Seed{21}), 2);
    const Measurement wide = test::measured(stereo_noise, {.bridge = {.dual_mono = true}});
    CHECK_FALSE(wide.dual_mono);
    CHECK(wide[integrated].db() == Approx(twice[integrated].db()).margin(1e-9));
}

TEST_CASE("BS.1770-5 Annex 3, Tables 4 and 5: every loudspeaker's weight") {
    using audio::Speaker;
    for (int i = 0; i <= static_cast<int>(Speaker::bottom_centre_front); ++i) {
        const auto speaker = static_cast<Speaker>(i);
        const bool side = speaker == Speaker::left_surround || speaker == Speaker::right_surround ||
                          speaker == Speaker::left_wide || speaker == Speaker::right_wide;
        const bool low = speaker == Speaker::lfe || speaker == Speaker::lfe2;
        INFO(audio::short_name(speaker));
        CHECK(channel_weight(speaker) == (low ? 0.0 : side ? 1.41 : 1.0));
    }
}

TEST_CASE("white noise at -20 dBFS RMS, one channel, reads -16.86 LUFS") {
    // uniform noise of amplitude a has RMS a / sqrt(3)
    const auto noise =
        test::white_noise(20 * 48000, test::Seed{5}, test::linear(-20.0) * std::sqrt(3.0));
    CHECK(test::measured(test::planar(noise, 1))[integrated].db() == Approx(-16.86).margin(0.05));
}
