// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/block_sums.h"
#include "support/signals.h"
#include "support/simd.h"

#include <cmath>
#include <limits>

using namespace gainstage;

TEST_CASE("block sums: every length and misalignment equals the scalar sibling") {
    const auto a = test::white_noise(600, test::Seed{1});
    const auto b = test::white_noise(600, test::Seed{2});
    test::for_each_simd_target([&] {
        for (std::size_t offset = 0; offset < 9; ++offset) {
            for (std::size_t frames :
                 {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 127, 441, 480, 511}) {
                const auto fast = dsp::block_sums(a.data() + offset, b.data() + 3, frames);
                const auto exact = dsp::block_sums_scalar(a.data() + offset, b.data() + 3, frames);
                INFO("offset " << offset << ", frames " << frames);
                REQUIRE(fast.first.peak == exact.first.peak);
                REQUIRE(fast.second.peak == exact.second.peak);
                // the order of the sums: 480 terms of up to 1
                REQUIRE(fast.first.sum == Approx(exact.first.sum).margin(1e-12));
                REQUIRE(fast.second.sum_of_squares ==
                        Approx(exact.second.sum_of_squares).margin(1e-12));
                REQUIRE(fast.product == Approx(exact.product).margin(1e-12));
                const auto alone = dsp::block_sums(a.data() + offset, frames);
                REQUIRE(alone.peak == exact.first.peak);
                REQUIRE(alone.sum == Approx(exact.first.sum).margin(1e-12));
                REQUIRE(alone.sum_of_squares == Approx(exact.first.sum_of_squares).margin(1e-12));
            }
        }
    });
}

TEST_CASE("block sums: a NaN or an Inf anywhere shows in the peak") {
    test::for_each_simd_target([] {
        for (const float odd :
             {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
            for (std::size_t at = 0; at < 37; ++at) {
                auto x = test::white_noise(37, test::Seed{3});
                x[at] = odd;
                CHECK_FALSE(std::isfinite(dsp::block_sums(x.data(), x.size()).peak));
                CHECK_FALSE(
                    std::isfinite(dsp::block_sums(x.data(), x.data(), x.size()).second.peak));
            }
        }
    });
}
