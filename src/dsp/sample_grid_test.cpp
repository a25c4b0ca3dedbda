// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/sample_grid.h"
#include "support/signals.h"
#include "support/simd.h"

#include <cmath>

using namespace gainstage;

namespace {

std::vector<float> words(int bits, std::size_t count) {
    std::vector<float> x = test::white_noise(count, test::Seed{static_cast<unsigned>(bits)});
    const float full = std::ldexp(1.0f, bits - 1);
    for (float& sample : x) {
        sample = std::nearbyint(sample * full) / full;
    }
    return x;
}

} // namespace

TEST_CASE("sample grid: every length and misalignment equals the scalar sibling") {
    test::for_each_simd_target([] {
        for (const int bits : {4, 8, 16, 20, 24}) {
            const std::vector<float> x = words(bits, 200);
            for (std::size_t offset = 0; offset < 5; ++offset) {
                for (const std::size_t frames : {0, 1, 3, 4, 7, 8, 15, 16, 17, 33, 128}) {
                    INFO(bits << " bits, offset " << offset << ", " << frames << " frames");
                    CHECK(dsp::grid_use(x.data() + offset, frames) ==
                          dsp::grid_use_scalar(x.data() + offset, frames));
                }
            }
        }
    });
}

TEST_CASE("sample grid: one sample between the words is seen wherever it lies") {
    test::for_each_simd_target([] {
        for (std::size_t at = 0; at < 37; ++at) {
            std::vector<float> x = words(16, 37);
            CHECK_FALSE(dsp::grid_use(x.data(), x.size()).off_grid);
            x[at] = 1.0f / 3.0f;
            CHECK(dsp::grid_use(x.data(), x.size()).off_grid);
            x[at] = 300.0f; // on the grid, but no word has it
            CHECK(dsp::grid_use(x.data(), x.size()).off_grid);
        }
    });
}
