// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/fir.h"

#include "support/signals.h"
#include "support/simd.h"

#include <vector>

using namespace gainstage;

TEST_CASE("fir: the SIMD version equals the scalar one, for every length, every number of taps and "
          "every alignment") {
    const auto in = test::white_noise(300, test::Seed{1});
    const auto weights = test::white_noise(70, test::Seed{2});
    test::for_each_simd_target([&] {
        for (const std::size_t taps : {0u, 1u, 2u, 17u, 64u}) {
            for (std::size_t frames = 0; frames < 140; frames += frames < 40 ? 1 : 11) {
                const std::size_t offset = frames % 9;
                const std::span<const float> used = std::span(weights).first(taps);
                std::vector<float> fast(frames + 1, 0.25f);
                std::vector<float> slow = fast;
                dsp::add_fir(in.data() + offset, used, fast.data(), frames);
                dsp::add_fir_scalar(in.data() + offset, used, slow.data(), frames);
                CAPTURE(taps, frames);
                for (std::size_t n = 0; n < frames; ++n) {
                    REQUIRE(fast[n] == Approx(slow[n]).margin(2e-6)); // 64 roundings of sums near 1
                }
                REQUIRE(fast[frames] == 0.25f);
            }
        }
    });
}

TEST_CASE("fir: an impulse gives the taps, last first") {
    const std::vector<float> taps{1.0f, 2.0f, 3.0f};
    std::vector<float> in(12, 0.0f);
    in[4] = 1.0f;
    std::vector<float> out(10, 0.0f);
    dsp::add_fir(in.data(), taps, out.data(), out.size());
    CHECK(out == std::vector<float>{0, 0, 3, 2, 1, 0, 0, 0, 0, 0});
}
