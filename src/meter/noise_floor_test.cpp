// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/noise_floor.h"
#include "meter/snr.h"
#include "support/measured.h"

using namespace gainstage;
using namespace gainstage::meter;

namespace {

/// White noise of this RMS level (mathematical); uniform noise of amplitude a has RMS a / sqrt(3).
std::vector<float> hiss(double rms_dbfs, std::size_t frames, std::uint64_t seed = 1) {
    return test::white_noise(frames, test::Seed{seed}, test::linear(rms_dbfs) * std::sqrt(3.0));
}

} // namespace

TEST_CASE("noise floor: a pause of hiss between music is found, and SNR is the distance") {
    const auto music = hiss(-20.0, 48000, 2);
    const auto take = test::joined({music, hiss(-70.0, 24000), music});
    const Measurement m = test::measured(test::planar(take, 1));
    // the quietest of a few windows of 19200 samples: 0.1 dB below the mean at most
    CHECK(m.get(noise_floor).value().db() == Approx(-70.0).margin(0.1));
    CHECK(m[active_rms].db() ==
          Approx(-20.0).margin(1.0)); // a third of the blocks reach into the pause
    CHECK(m[snr].db() == Approx(m[active_rms].db() + 70.0).margin(0.1));
}

TEST_CASE(
    "noise floor: digital silence is an edit, not noise, with nothing else there is no floor") {
    const auto music = hiss(-20.0, 48000, 2);
    const std::vector<float> nothing(48000, 0.0f);
    const auto edited = test::joined({music, nothing, music, hiss(-60.0, 30000), nothing, music});
    CHECK(test::measured(test::planar(edited, 1)).get(noise_floor).value().db() ==
          Approx(-60.0).margin(0.1));
    const auto bursts =
        test::joined({hiss(-20.0, 9600), nothing, hiss(-20.0, 9600), nothing}); // 200 ms each
    const Measurement m = test::measured(test::planar(bursts, 1));
    CHECK_FALSE(m.get(noise_floor).has_value());
    CHECK_FALSE(m.get(snr).has_value());
    CHECK_FALSE(test::measured(test::planar(nothing, 2)).get(noise_floor).has_value());
}

TEST_CASE("noise floor: DC doesn't count, and a silent channel doesn't hide the other's noise") {
    auto x = hiss(-80.0, 96000);
    for (float& sample : x) {
        sample += 0.05f;
    }
    // 0.05 in float has steps of 2^-28 (-169 dB), far below the hiss
    CHECK(test::measured(test::planar(x, 1)).get(noise_floor).value().db() ==
          Approx(-80.0).margin(0.1));
    const auto one_sided = test::planar({hiss(-60.0, 96000), std::vector<float>(96000, 0.0f)});
    const Measurement m = test::measured(one_sided);
    CHECK(m.get(noise_floor).value().db() == Approx(-63.01).margin(0.1)); // mean power of the two
    CHECK(m.value(noise_floor.key, 0).value() == Approx(-60.0).margin(0.1));
    CHECK_FALSE(m.value(noise_floor.key, 1).has_value());
}
