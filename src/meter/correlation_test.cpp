// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/correlation.h"
#include "meter/dc_offset.h"
#include "support/measured.h"

using namespace gainstage;
using namespace gainstage::meter;

TEST_CASE("correlation: the same +1, inverted -1, quadrature and independent 0, at any level") {
    const auto left = test::white_noise(96000, test::Seed{1}, 0.3);
    const auto other = test::white_noise(96000, test::Seed{2}, 0.3);
    auto inverted = left;
    auto faint = left;
    for (std::size_t n = 0; n < left.size(); ++n) {
        inverted[n] *= -0.25f;
        faint[n] *= 1e-12f;
    }
    const auto of = [](const std::vector<float>& l, const std::vector<float>& r) {
        return test::measured(test::planar({l, r})).get(correlation).value();
    };
    CHECK(of(left, left) == Approx(1.0));
    CHECK(of(left, inverted) == Approx(-1.0));
    CHECK(of(left, faint) == Approx(1.0));
    CHECK(of(left, other) == Approx(0.0).margin(0.01)); // 1 / sqrt(96000) is 0.003
    CHECK(of(test::sine(480.0, 1.0, 48000, 48000.0),
             test::sine(480.0, 1.0, 48000, 48000.0, 1.5707963267948966)) ==
          Approx(0.0).margin(1e-6));
}

TEST_CASE("correlation: nothing for mono and for a silent side") {
    const auto x = test::white_noise(4800, test::Seed{1});
    CHECK_FALSE(test::measured(test::planar(x, 1)).get(correlation).has_value());
    CHECK_FALSE(test::measured(test::planar({x, std::vector<float>(4800, 0.0f)}))
                    .get(correlation)
                    .has_value());
}

TEST_CASE(
    "DC offset: each channel's mean, and of the whole the one furthest from zero, with its sign") {
    auto left = test::sine(480.0, 0.5, 48000, 48000.0);
    auto right = left;
    for (std::size_t n = 0; n < left.size(); ++n) {
        left[n] += 0.01f;
        right[n] -= 0.02f;
    }
    const Measurement m = test::measured(test::planar({left, right}));
    CHECK(m.get(dc_offset).value() == Approx(-0.02).margin(1e-6));
    CHECK(m.value(dc_offset.key, 0).value() == Approx(0.01).margin(1e-6));
    CHECK_FALSE(test::measured(audio::AudioBuffer(2, 0)).get(dc_offset).has_value());
}
