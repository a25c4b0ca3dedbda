// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/true_peak_detector.h"
#include "dsp/true_peak_kernel.h"
#include "support/signals.h"
#include "support/simd.h"

#include <cmath>
#include <numbers>

using namespace gainstage;
using dsp::TruePeakDetector;

namespace {

constexpr std::size_t cell = dsp::true_peak_cell;

double level_db(double amplitude) { return 20.0 * std::log10(amplitude); }

float detected(const std::vector<float>& x, std::size_t taps) {
    TruePeakDetector detector(taps);
    const float top = detector.peak(x);
    return std::max(top, detector.flush(top).magnitude);
}

/// Looks around every sample and every middle; nothing is left out.
float naive_peak(const std::vector<float>& x, std::size_t taps) {
    const auto& tables = dsp::true_peak_tables(taps);
    std::vector<float> padded(x.size() + 2 * taps + 1, 0.0f);
    for (std::size_t n = 0; n < x.size(); ++n) {
        padded[taps + n] = x[n];
    }
    float top = 0.0f;
    for (std::size_t n = taps / 2; n + taps / 2 < padded.size(); ++n) {
        top = std::max(top, dsp::look_simd(padded.data() + n - taps / 2, tables.around_sample));
        top = std::max(top, dsp::look_simd(padded.data() + n + 1 - taps / 2, tables.around_middle));
    }
    return top;
}

std::vector<float> faded(std::vector<float> x) {
    const std::size_t fade = 1000;
    for (std::size_t n = 0; n < fade; ++n) {
        const auto gain = static_cast<float>(
            0.5 - 0.5 * std::cos(std::numbers::pi * static_cast<double>(n) / fade));
        x[n] *= gain;
        x[x.size() - 1 - n] *= gain;
    }
    return x;
}

std::vector<float> clipped(std::vector<float> x) {
    for (float& sample : x) {
        sample = std::clamp(3.0f * sample, -0.9f, 0.9f);
    }
    return x;
}

} // namespace

TEST_CASE("true peak detector: every SIMD kernel equals its scalar sibling") {
    const auto x = test::white_noise(600, test::Seed{4});
    test::for_each_simd_target([&] {
        for (std::size_t offset = 0; offset < 40; ++offset) {
            const float* const at = x.data() + 140 + offset;
            for (const std::size_t taps : {64u, 256u}) {
                dsp::TruePeakBounds fast(12);
                dsp::TruePeakBounds exact(12);
                const auto& tables = dsp::true_peak_tables(taps);
                REQUIRE(dsp::bound_cells_simd(at, 12, tables, fast) ==
                        Approx(dsp::bound_cells_scalar(at, 12, tables, exact)));
                for (std::size_t c = 0; c < 12; ++c) {
                    REQUIRE(fast.peaks[c] == exact.peaks[c]);
                    REQUIRE(fast.bends[c] == Approx(exact.bends[c]).margin(1e-6));
                    REQUIRE((c < tables.reach() || fast.tops[c] == Approx(exact.tops[c])));
                }
            }
            for (const std::size_t taps : {64u, 256u}) {
                const auto& tables = dsp::true_peak_tables(taps);
                const float* const window = x.data() + offset;
                REQUIRE(dsp::look_simd(window, tables.around_sample) ==
                        Approx(dsp::look_scalar(window, tables.around_sample)).epsilon(1e-4));
                REQUIRE(dsp::look_simd(window, tables.around_middle) ==
                        Approx(dsp::look_scalar(window, tables.around_middle)).epsilon(1e-4));
            }
            for (const float needed : {0.0f, 0.5f, 4.0f, 100.0f}) {
                dsp::TruePeakEstimates fast{};
                dsp::TruePeakEstimates exact{};
                const auto& gate = dsp::true_peak_tables(64).gate;
                dsp::estimate_simd(at, gate, needed, fast);
                dsp::estimate_scalar(at, gate, needed, exact);
                REQUIRE(fast.samples_above == exact.samples_above);
                REQUIRE(fast.middles_above == exact.middles_above);
                for (std::size_t i = 0; i < cell; ++i) {
                    REQUIRE(fast.at_sample[i] == Approx(exact.at_sample[i]).margin(1e-5));
                    REQUIRE(fast.at_middle[i] == Approx(exact.at_middle[i]).margin(1e-5));
                }
            }
        }
    });
}

TEST_CASE("true peak detector: sines read their amplitude, at every phase") {
    for (const double f : {0.001, 0.05, 0.125, 0.25, 0.3333, 0.4, 0.4321, 0.4535, 0.475}) {
        for (const double phase : {0.0, 0.3, 0.785398, 1.2}) {
            const auto x = faded(test::sine(f, 0.7, 20000, 1.0, phase));
            INFO("f " << f << ", phase " << phase);
            CHECK(level_db(static_cast<double>(detected(x, 256))) ==
                  Approx(level_db(0.7)).margin(0.002));
            if (f <= 0.4535) {
                CHECK(level_db(static_cast<double>(detected(x, 64))) ==
                      Approx(level_db(0.7)).margin(0.002));
            }
        }
    }
}

TEST_CASE("true peak detector: what is skipped doesn't hold the maximum") {
    for (const std::size_t taps : {64u, 256u}) {
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            auto x = seed % 2 == 0 ? test::white_noise(4000, test::Seed{seed}, 0.9)
                                   : test::programme(4000, test::Seed{seed}, 0.9);
            x = seed > 20 ? clipped(x) : x;
            const double found_db = level_db(static_cast<double>(detected(x, taps)));
            const double naive_db = level_db(static_cast<double>(naive_peak(x, taps)));
            INFO("taps " << taps << ", seed " << seed);
            CHECK(found_db <= naive_db + 1e-5);
            CHECK(found_db >= naive_db - (seed % 2 == 0 ? 0.03 : 0.002));
        }
    }
}

TEST_CASE("true peak detector: no point between two samples passes the bound that skips it") {
    // The worst signals for it: signs that follow the kernel's weights, and random ones.
    for (const std::size_t taps : {64u, 256u}) {
        const auto& tables = dsp::true_peak_tables(taps);
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            auto x = test::white_noise(taps + 2, test::Seed{seed + 1});
            if (seed < dsp::true_peak_factor) {
                for (std::size_t row = 0; row < taps; ++row) {
                    const float weight =
                        tables.around_middle.weights[row * dsp::true_peak_factor + seed];
                    x[1 + row] = weight < 0.0f ? -1.0f : 1.0f;
                }
            }
            float bend = 0.0f;
            float loudest = 0.0f;
            for (std::size_t n = 1; n <= taps; ++n) {
                bend = std::max(bend, std::abs(x[n - 1] - 2.0f * x[n] + x[n + 1]));
                loudest = std::max(loudest, std::abs(x[n]));
            }
            const float bound = std::max(std::abs(x[taps / 2]), std::abs(x[taps / 2 + 1])) +
                                tables.bend_share * bend + tables.slack * loudest;
            for (std::size_t point = 0; point < dsp::true_peak_factor; ++point) {
                double y = 0.0;
                for (std::size_t row = 0; row < taps; ++row) {
                    y += static_cast<double>(
                             tables.around_middle.weights[row * dsp::true_peak_factor + point]) *
                         static_cast<double>(x[1 + row]);
                }
                REQUIRE(std::abs(y) <= static_cast<double>(bound));
            }
        }
    }
}

TEST_CASE("true peak detector: a peak above the floor is exact, and one below stays below") {
    const auto x = test::programme(48000, test::Seed{9});
    const float top = TruePeakDetector().peak(x);
    for (const float floor : {0.0f, 0.3f * top, 0.99f * top}) {
        CHECK(TruePeakDetector().peak(x, floor) == Approx(top).epsilon(1e-6));
    }
    CHECK(TruePeakDetector().peak(x, top) <= top);
}

TEST_CASE("true peak detector: any cut, the same result, reset equals new") {
    const auto x = test::white_noise(3000, test::Seed{5});
    const float whole = detected(x, 64);
    TruePeakDetector parts;
    for (std::size_t block : {1u, 7u, 63u, 64u, 511u, 512u, 513u}) {
        parts.peak(std::vector<float>(100, 2.0f));
        parts.reset();
        float top = 0.0f;
        for (std::size_t at = 0; at < x.size(); at += block) {
            top = std::max(
                top, parts.peak(std::span(x).subspan(at, std::min(block, x.size() - at)), top));
        }
        CHECK(std::max(top, parts.flush(top).magnitude) == whole);
    }
}

TEST_CASE("true peak detector: one search over much finds what many over little do, and where") {
    const std::size_t frames = 5000;
    for (const std::size_t taps : {64u, 256u}) {
        for (const std::size_t place : {0u, 1u, 31u, 700u, 4321u, 4999u}) {
            auto x = test::white_noise(frames, test::Seed{place + 1}, 0.2);
            x[place] = -0.9f;
            TruePeakDetector detector(taps, frames);
            for (std::size_t at = 0; at < frames; at += 480) {
                detector.push(std::span(x).subspan(at, std::min<std::size_t>(480, frames - at)));
            }
            const auto found = detector.flush();
            INFO("taps " << taps << ", at " << place);
            CHECK(found.magnitude == Approx(detected(x, taps)).epsilon(1e-5));
            CHECK(std::abs(found.frame - static_cast<std::ptrdiff_t>(place)) <= 1);
        }
    }
}

TEST_CASE("true peak detector: silence, one sample, full-scale steps") {
    for (const std::size_t taps : {64u, 256u}) {
        CHECK(detected({}, taps) == 0.0f);
        CHECK(detected(std::vector<float>(1000, 0.0f), taps) == 0.0f);
        CHECK(detected({0.5f}, taps) == Approx(0.5f));
        CHECK(detected(std::vector<float>(1000, 1.0f), taps) > 1.05f); // the steps ring
    }
}
