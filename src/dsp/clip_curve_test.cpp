// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/clip_curve.h"

#include "support/signals.h"
#include "support/simd.h"

#include <vector>

using namespace gainstage;

namespace {

float excess(float from, float to, dsp::ClipCurve curve) {
    float out = 0.0f;
    dsp::mean_excess_scalar(&from, &to, 1, curve, &out);
    return out;
}

/// The same as a sum of many points.
double summed(float from, float to, dsp::ClipCurve curve) {
    constexpr int points = 20'000;
    double sum = 0.0;
    for (int i = 0; i < points; ++i) {
        const double part = (i + 0.5) / points;
        const auto x = std::lerp(from, to, static_cast<float>(part));
        sum += static_cast<double>(curve(x)) - static_cast<double>(x);
    }
    return sum / points;
}

} // namespace

TEST_CASE("clip curve: straight, then flat, and a soft one flattens out 9.2 dB above its peak") {
    const dsp::ClipCurve hard{0.5f, dsp::ClipShape::hard};
    CHECK(hard(0.3f) == 0.3f);
    CHECK(hard(-2.0f) == -0.5f);
    const dsp::ClipCurve soft{0.5f, dsp::ClipShape::soft};
    CHECK(soft(0.001f) == Approx(0.001f).epsilon(1e-6));
    CHECK(20.0f * std::log10(soft(1000.0f) / 0.5f) == Approx(9.2).margin(0.05));
}

TEST_CASE("clip curve: what is taken off along a straight line is the mean of many points on it") {
    for (const auto shape : {dsp::ClipShape::hard, dsp::ClipShape::soft}) {
        const dsp::ClipCurve curve{0.5f, shape};
        for (const float from : {-3.0f, -0.7f, -0.5f, 0.0f, 0.2f, 0.5f, 0.9f}) {
            for (const float step : {-0.4f, -0.01f, 0.0f, 1e-7f, 0.3f, 0.7f}) {
                CAPTURE(from, step);
                CHECK(excess(from, from + step, curve) ==
                      Approx(summed(from, from + step, curve)).margin(2e-4));
            }
        }
    }
    // far above the peak, one rounding apart: nothing is lost
    CHECK(excess(100.0f, std::nextafter(100.0f, 200.0f), {1.0f}) == Approx(-99.0f).epsilon(1e-6));
    CHECK(excess(1.0f, 1.0f, {1.0f}) == 0.0f);
    CHECK(excess(-5.0f, 5.0f, {1.0f}) == 0.0f);
}

TEST_CASE("clip curve: the SIMD version equals the scalar one for every length") {
    const auto from = test::white_noise(100, test::Seed{1});
    const auto to = test::white_noise(100, test::Seed{2});
    test::for_each_simd_target([&] {
        for (const auto shape : {dsp::ClipShape::hard, dsp::ClipShape::soft}) {
            const dsp::ClipCurve curve{0.3f, shape};
            for (std::size_t frames = 0; frames <= 90; frames += frames < 20 ? 1 : 7) {
                std::vector<float> fast(frames + 1, 7.0f);
                std::vector<float> slow(frames + 1, 7.0f);
                const float highest = dsp::mean_excess(from.data() + frames % 5, to.data(), frames,
                                                       curve, fast.data());
                CHECK(highest == dsp::mean_excess_scalar(from.data() + frames % 5, to.data(),
                                                         frames, curve, slow.data()));
                CAPTURE(frames);
                for (std::size_t n = 0; n <= frames; ++n) {
                    REQUIRE(fast[n] == Approx(slow[n]).margin(1e-6));
                }
            }
        }
    });
}
