// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/measured.h"

#include <cmath>

using namespace gainstage;

namespace {

constexpr meter::BridgeOptions with_spectrum{.spectrum = true};

const meter::BandLevel& band(const meter::Measurement& m, double nominal_hz) {
    const auto found = std::ranges::find_if(
        m.spectrum, [&](const auto& one) { return std::abs(one.nominal_hz - nominal_hz) < 0.01; });
    REQUIRE(found != m.spectrum.end());
    return *found;
}

} // namespace

TEST_CASE("spectrum: a tone stands in its band at its level, in the mean of the channels") {
    const auto tone = test::sine(1000.0, 0.5, 480000, 48000.0);
    const auto both = test::measured(test::planar(tone, 2), {.bridge = with_spectrum});
    CHECK(band(both, 1000.0).level.db() == Approx(-9.03).margin(0.01));
    CHECK(band(both, 250.0).level.db() < -60.0);
    const auto one = test::measured(test::planar({tone, std::vector<float>(tone.size(), 0.0f)}),
                                    {.bridge = with_spectrum});
    CHECK(band(one, 1000.0).level.db() == Approx(-12.04).margin(0.01));
    CHECK(test::measured(test::planar(tone, 2)).spectrum.empty());
}

TEST_CASE("spectrum: bands add up to the whole, a gain moves every band") {
    auto x = test::white_noise(96000, test::Seed{4});
    const auto m = test::measured(test::planar(x, 1), {.bridge = with_spectrum});
    double power = 0.0;
    for (const auto& one : m.spectrum) {
        power += std::pow(10.0, one.level.db() / 10.0);
    }
    CHECK(10.0 * std::log10(power) == Approx(*m.value("rms_dbfs")).margin(0.5));
    for (float& sample : x) {
        sample *= 0.25f;
    }
    const auto quiet = test::measured(test::planar(x, 1), {.bridge = with_spectrum});
    for (std::size_t i = 0; i < m.spectrum.size(); ++i) {
        CHECK(quiet.spectrum[i].level.db() ==
              Approx(m.spectrum[i].level.db() - 12.0412).margin(1e-4));
    }
}

TEST_CASE("spectrum: silence and no frames at all") {
    for (const std::size_t frames : {0, 1, 4800}) {
        for (const auto& one :
             test::measured(audio::AudioBuffer(2, frames), {.bridge = with_spectrum}).spectrum) {
            CHECK(one.level.is_silent());
        }
    }
}
