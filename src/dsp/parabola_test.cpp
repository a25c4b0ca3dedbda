// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/parabola.h"

#include <cmath>

using gainstage::dsp::parabola_top;

TEST_CASE("parabola: the top of one that is known") {
    const auto y = [](float t) { return 2.0f - (t - 0.25f) * (t - 0.25f); };
    CHECK(parabola_top(y(-1.0f), y(0.0f), y(1.0f)) == Approx(2.0f));
    CHECK(parabola_top(-y(-1.0f), -y(0.0f), -y(1.0f)) == Approx(2.0f));
    CHECK(parabola_top(1.0f, 0.5f, 0.2f) == 0.0f); // not a top
}

TEST_CASE("parabola: neighbours that differ in their last bit have no top far above them") {
    const float middle = 0.7f;
    for (const float a : {middle, std::nextafter(middle, 0.0f)}) {
        for (const float c : {middle, std::nextafter(middle, 0.0f)}) {
            CHECK(parabola_top(a, middle, c) <= 1.0001f * middle);
        }
    }
}
