// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "dsp/sliding_max.h"

#include "support/signals.h"

#include <cmath>

using namespace gainstage;

namespace {

std::vector<float> naive(const std::vector<float>& in, std::size_t window) {
    std::vector<float> out(in.size());
    for (std::size_t n = 0; n < in.size(); ++n) {
        for (std::size_t k = n + 1 > window ? n + 1 - window : 0; k <= n; ++k) {
            out[n] = std::max(out[n], in[k]);
        }
    }
    return out;
}

std::vector<float> fast(std::vector<float> in, std::size_t window) {
    dsp::SlidingMax sliding;
    sliding.prepare(window);
    sliding.process(in);
    return in;
}

} // namespace

TEST_CASE("sliding maximum equals the maximum of the last n values, for every small window") {
    auto in = test::white_noise(400, test::Seed{7});
    for (float& value : in) {
        value = std::abs(value);
    }
    for (std::size_t window = 1; window < 70; ++window) {
        CAPTURE(window);
        REQUIRE(fast(in, window) == naive(in, window));
    }
}

TEST_CASE("sliding maximum: any non-negative stream, any window, and reset() equals new") {
    rc::prop("equals the naive maximum", [] {
        const auto window = *rc::gen::inRange<std::size_t>(1, 40);
        const auto raw = *rc::gen::container<std::vector<int>>(
            rc::gen::inRange(0, 9)); // many equal values and zeros
        const std::vector<float> in(raw.begin(), raw.end());
        RC_ASSERT(fast(in, window) == naive(in, window));

        dsp::SlidingMax used;
        used.prepare(window);
        auto first = in;
        used.process(first);
        used.reset();
        auto second = in;
        used.process(second);
        RC_ASSERT(second == first);
    });
}

TEST_CASE("sliding maximum is clear again exactly one window after the last value above 0, and "
          "zeros may then be left out") {
    dsp::SlidingMax sliding;
    sliding.prepare(5);
    CHECK(sliding.is_clear());
    CHECK(sliding.push(2.0f) == 2.0f);
    for (int n = 0; n < 4; ++n) {
        CHECK_FALSE(sliding.is_clear());
        CHECK(sliding.push(0.0f) == 2.0f);
    }
    CHECK(sliding.push(0.0f) == 0.0f);
    CHECK(sliding.is_clear());
    CHECK(sliding.push(1.0f) == 1.0f);
}
