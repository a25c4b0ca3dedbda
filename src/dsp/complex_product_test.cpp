// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/complex_product.h"

#include "support/signals.h"
#include "support/simd.h"

#include <vector>

using namespace gainstage;

TEST_CASE("complex product: the SIMD version equals the scalar one, for every length") {
    const auto noise = test::white_noise(400, test::Seed{1});
    test::for_each_simd_target([&] {
        for (std::size_t count = 0; count < 60; ++count) {
            std::vector<std::complex<float>> fast(count + 1);
            std::vector<std::complex<float>> by(count + 1);
            for (std::size_t k = 0; k <= count; ++k) {
                fast[k] = {noise[4 * k], noise[4 * k + 1]};
                by[k] = {noise[4 * k + 2], noise[4 * k + 3]};
            }
            auto slow = fast;
            dsp::multiply(std::span(fast).first(count), std::span(by).first(count));
            dsp::multiply_scalar(std::span(slow).first(count), std::span(by).first(count));
            CAPTURE(count);
            for (std::size_t k = 0; k <= count; ++k) { // the last one isn't to be touched
                REQUIRE(fast[k].real() == Approx(slow[k].real()).margin(2e-7));
                REQUIRE(fast[k].imag() == Approx(slow[k].imag()).margin(2e-7));
            }
        }
    });
    std::vector<std::complex<float>> x{{1.0f, 2.0f}};
    const std::vector<std::complex<float>> by{{3.0f, -1.0f}};
    dsp::multiply(x, by);
    CHECK(x[0] == std::complex<float>{5.0f, 5.0f});
}
