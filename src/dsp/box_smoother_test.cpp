// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "dsp/box_smoother.h"

#include "support/signals.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;

namespace {

/// The mean of the last `size` values, zeros before the first.
std::vector<double> naive_box(const std::vector<double>& in, std::size_t size) {
    std::vector<double> out(in.size());
    for (std::size_t n = 0; n < in.size(); ++n) {
        for (std::size_t k = 0; k < size && k <= n; ++k) {
            out[n] += in[n - k] / static_cast<double>(size);
        }
    }
    return out;
}

std::vector<float> positive_noise(std::size_t frames, test::Seed seed) {
    auto out = test::white_noise(frames, seed);
    for (float& value : out) {
        value = std::abs(value);
    }
    return out;
}

} // namespace

TEST_CASE("smoother equals three naive means, for every small length") {
    const auto in = positive_noise(300, test::Seed{3});
    for (std::size_t length = 1; length < 60; ++length) {
        CAPTURE(length);
        dsp::BoxSmoother smoother;
        smoother.prepare(length);
        REQUIRE(smoother.length() == length);
        auto fast = in;
        smoother.process(fast);
        const std::size_t a = (length + 2) / 3;
        const std::size_t b = (length + 2 - a) / 2;
        auto slow = naive_box({in.begin(), in.end()}, a);
        slow = naive_box(naive_box(slow, b), length + 2 - a - b);
        for (std::size_t n = 0; n < in.size(); ++n) {
            REQUIRE(static_cast<double>(fast[n]) ==
                    Approx(slow[n]).margin(2e-7)); // a float, and 2^-28 rounded up
        }
    }
}

TEST_CASE("smoother: a constant comes out exactly after one length, however much went before, then "
          "silence is exact") {
    dsp::BoxSmoother smoother;
    smoother.prepare(dsp::BoxSmoother::max_length);
    auto noise = positive_noise(100000, test::Seed{11});
    smoother.process(noise);
    CHECK_FALSE(smoother.is_clear());
    std::vector<float> ones(dsp::BoxSmoother::max_length, 1.0f);
    smoother.process(ones);
    CHECK(ones.back() == 1.0f);
    std::vector<float> zeros(dsp::BoxSmoother::max_length, 0.0f);
    smoother.process(zeros);
    CHECK(zeros.back() == 0.0f);
    CHECK(zeros[zeros.size() - 2] > 0.0f);
    CHECK(smoother.is_clear());
}

TEST_CASE(
    "smoother never exceeds the largest value inside it, and cuts of the stream change nothing") {
    rc::prop("bounded, cut anywhere", [] {
        const auto length = *rc::gen::inRange<std::size_t>(1, 50);
        const auto frames = *rc::gen::inRange<std::size_t>(1, 300);
        const auto cut = *rc::gen::inRange<std::size_t>(0, frames);
        const auto in = positive_noise(frames, test::Seed{*rc::gen::arbitrary<std::uint64_t>()});
        dsp::BoxSmoother whole;
        whole.prepare(length);
        auto a = in;
        whole.process(a);
        dsp::BoxSmoother cut_once;
        cut_once.prepare(length);
        auto b = in;
        cut_once.process(std::span(b).first(cut));
        cut_once.process(std::span(b).subspan(cut));
        RC_ASSERT(a == b);
        for (std::size_t n = 0; n < frames; ++n) {
            const std::size_t first = n + 1 > length ? n + 1 - length : 0;
            const float largest =
                *std::max_element(in.begin() + static_cast<std::ptrdiff_t>(first),
                                  in.begin() + static_cast<std::ptrdiff_t>(n) + 1);
            RC_ASSERT(a[n] <= largest + 1e-7f);
        }
        whole.reset();
        auto again = in;
        whole.process(again);
        RC_ASSERT(again == a);
    });
}
