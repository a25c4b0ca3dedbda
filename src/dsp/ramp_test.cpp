// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/ramp.h"

#include <vector>

using gainstage::dsp::Ramp;

TEST_CASE("a ramp goes to its target in equal steps, reaches it exactly, and stays") {
    Ramp ramp;
    ramp.prepare(4);
    ramp.reset(1.0f);
    ramp.set_target(0.0f);
    std::vector<float> out(6);
    ramp.fill(out);
    CHECK(out == std::vector<float>{0.75f, 0.5f, 0.25f, 0.0f, 0.0f, 0.0f});
    CHECK_FALSE(ramp.is_moving());
}

TEST_CASE("a ramp cut anywhere gives the same factors, and a new target starts from where it is") {
    const auto run = [](std::size_t cut) {
        Ramp ramp;
        ramp.prepare(100);
        ramp.reset(0.3f);
        ramp.set_target(1.7f);
        std::vector<float> out(300);
        ramp.fill(std::span(out).first(cut));
        ramp.fill(std::span(out).subspan(cut, 60 - cut));
        ramp.set_target(-0.2f);
        ramp.fill(std::span(out).subspan(60));
        return out;
    };
    const auto whole = run(0);
    for (std::size_t cut : {1u, 7u, 59u, 60u}) {
        CHECK(run(cut) == whole);
    }
    for (std::size_t n = 1; n < whole.size(); ++n) {
        CHECK(std::abs(whole[n] - whole[n - 1]) < 0.02f); // no step larger than the line's slope
    }
    CHECK(whole.back() == -0.2f);
}
