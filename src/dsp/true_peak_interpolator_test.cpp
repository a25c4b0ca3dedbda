// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/true_peak_interpolator.h"
#include "dsp/true_peak_kernel.h"
#include "support/signals.h"
#include "support/simd.h"

#include <cmath>

using namespace gainstage;
using dsp::TruePeakInterpolator;

TEST_CASE("true peak interpolator: every length and misalignment equals the scalar sibling") {
    const auto x = test::white_noise(400, test::Seed{7});
    test::for_each_simd_target([&] {
        for (const int factor : {1, 2, 4}) {
            for (std::size_t offset = 0; offset < 9; ++offset) {
                for (std::size_t frames : {0, 1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 200, 300}) {
                    std::vector<float> fast(frames + 1, -1.0f);
                    std::vector<float> exact(frames + 1, -1.0f);
                    const auto& taps = dsp::true_peak_taps();
                    const float top = dsp::true_peak_simd(factor, x.data() + offset, frames, taps,
                                                          0.0f, fast.data());
                    const float expected = dsp::true_peak_scalar(factor, x.data() + offset, frames,
                                                                 taps, exact.data());
                    INFO("factor " << factor << ", offset " << offset << ", frames " << frames);
                    REQUIRE(top == Approx(expected).margin(1e-5));
                    for (std::size_t n = 0; n <= frames; ++n) {
                        REQUIRE(fast[n] == Approx(exact[n]).margin(1e-5));
                    }
                    REQUIRE(dsp::true_peak_simd(factor, x.data() + offset, frames, taps, 0.0f,
                                                nullptr) == top);
                }
            }
        }
    });
}

TEST_CASE("true peak interpolator: cut the stream anywhere, not a bit changes") {
    const auto x = test::programme(1000, test::Seed{8});
    TruePeakInterpolator whole;
    std::vector<float> expected(x.size());
    whole.process(x, expected);
    for (std::size_t cut : {0u, 1u, 5u, 22u, 23u, 24u, 47u, 500u, 977u, 999u, 1000u}) {
        TruePeakInterpolator parts;
        std::vector<float> got(x.size());
        parts.process(std::span(x).first(cut), std::span(got).first(cut));
        parts.process(std::span(x).subspan(cut), std::span(got).subspan(cut));
        INFO("cut at " << cut);
        CHECK(got == expected);
    }
}

TEST_CASE("true peak interpolator: a peak above the floor is exact, and one below stays below") {
    const auto x = test::programme(48000, test::Seed{9});
    TruePeakInterpolator exact;
    const float top = exact.peak(x);
    for (const float floor : {0.0f, 0.3f * top, 0.99f * top}) {
        TruePeakInterpolator lazy;
        CHECK(lazy.peak(x, floor) == top);
    }
    TruePeakInterpolator lazy;
    CHECK(lazy.peak(x, top) <= top);
}

TEST_CASE("true peak interpolator: output n belongs to input n - latency") {
    std::vector<float> x(100, 0.0f);
    x[40] = 1.0f;
    std::vector<float> peaks(100);
    TruePeakInterpolator interpolator;
    interpolator.process(x, peaks);
    CHECK(peaks[40 + TruePeakInterpolator::latency_frames] == 1.0f);
    CHECK(peaks[40 + TruePeakInterpolator::latency_frames] >=
          *std::max_element(peaks.begin(), peaks.end()));
}

TEST_CASE("true peak interpolator: a sine between samples is read within the header's error") {
    for (const double f : {0.01, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.4167}) {
        // All phases of the grid come by when f is no simple fraction; at the simple ones several
        // starts are tried.
        double lowest = 1.0;
        double highest = 0.0;
        for (int start = 0; start < 32; ++start) {
            const auto x = test::sine(f, 1.0, 4000, 1.0, start * 0.1963);
            std::vector<float> peaks(x.size());
            TruePeakInterpolator interpolator;
            interpolator.process(x, peaks);
            float top = 0.0f; // away from the abrupt ends
            for (std::size_t n = 100; n + 100 < peaks.size(); ++n) {
                top = std::max(top, peaks[n]);
            }
            lowest = std::min(lowest, static_cast<double>(top));
            highest = std::max(highest, static_cast<double>(top));
        }
        const double grid_db = 20.0 * std::log10(std::cos(3.14159265358979 * f / 4.0));
        INFO("f " << f);
        CHECK(20.0 * std::log10(lowest) > grid_db - 0.063);
        CHECK(20.0 * std::log10(highest) < 0.046);
    }
}

TEST_CASE("true peak interpolator: gain bound is never exceeded") {
    // The worst input: signs that follow the half-phase taps.
    const auto& taps = dsp::true_peak_taps();
    std::vector<float> x(2 * dsp::TruePeakTaps::half - 1 + 1, 0.0f);
    for (std::size_t k = 0; k < dsp::TruePeakTaps::half; ++k) {
        const float sign = taps.middle[k] < 0.0f ? -1.0f : 1.0f;
        x[dsp::TruePeakTaps::half - 1 - k] = sign;
        x[dsp::TruePeakTaps::half + k] = sign;
    }
    const float top = dsp::true_peak_scalar(4, x.data(), 1, taps, nullptr);
    CHECK(top <= TruePeakInterpolator::gain_bound());
    CHECK(top > 0.999f * TruePeakInterpolator::gain_bound());
    float quarter_norm = 0.0f;
    for (std::size_t k = 0; k < dsp::TruePeakTaps::half; ++k) {
        quarter_norm += std::abs(taps.even[k] + taps.odd[k]) + std::abs(taps.even[k] - taps.odd[k]);
    }
    CHECK(quarter_norm <= TruePeakInterpolator::gain_bound());
}

TEST_CASE("true peak interpolator: oversampling follows the rate") {
    CHECK(TruePeakInterpolator::factor_for(Hertz{44100.0}) == 4);
    CHECK(TruePeakInterpolator::factor_for(Hertz{88200.0}) == 4);
    CHECK(TruePeakInterpolator::factor_for(Hertz{96000.0}) == 2);
    CHECK(TruePeakInterpolator::factor_for(Hertz{192000.0}) == 1);
}
