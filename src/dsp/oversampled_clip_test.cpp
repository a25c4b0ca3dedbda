// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/oversampled_clip.h"

#include "support/signals.h"
#include "support/simd.h"

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

using namespace gainstage;
using dsp::ClipShape;
using dsp::OversampledClip;

namespace {

constexpr std::size_t second = 48'000;

std::vector<float> clipped_of(std::vector<float> x, dsp::ClipCurve curve) {
    OversampledClip clip(curve);
    clip.process(x);
    return x;
}

/// A whole number of periods in a second of 48 kHz, and some before it for the filters to fill.
std::vector<float> tone(int hz, double amplitude) {
    return test::sine(hz, amplitude, second + 10 * OversampledClip::cell, 48000.0);
}

/// Amplitude of the partial at a whole number of Hz, in the last second.
double partial_at(const std::vector<float>& x, int hz) {
    std::complex<double> sum{0.0};
    const auto turn = std::polar(1.0, -2.0 * std::numbers::pi * hz / 48000.0);
    std::complex<double> direction{1.0};
    for (std::size_t n = x.size() - second; n < x.size(); ++n) {
        sum += static_cast<double>(x[n]) * direction;
        direction *= turn;
    }
    return 2.0 * std::abs(sum) / second;
}

double in_db(double ratio) { return 20.0 * std::log10(ratio); }

/// Partial `order` of sin clipped at 1 / over, times `over`: numerically, from the definition.
double clipped_sine_partial(double over, int order) {
    double sum = 0.0;
    constexpr int points = 100'000;
    for (int i = 0; i < points; ++i) {
        const double angle = 2.0 * std::numbers::pi * (i + 0.5) / points;
        sum += std::clamp(over * std::sin(angle), -1.0, 1.0) * std::sin(order * angle);
    }
    return 2.0 * std::abs(sum) / points;
}

} // namespace

TEST_CASE("oversampled clip: what stays under the clip point passes bit by bit, a cell late") {
    const auto dry = test::programme(6400, test::Seed{1}, 0.4);
    const auto wet = clipped_of(dry, {1.0f, ClipShape::hard});
    for (std::size_t n = OversampledClip::delay; n < dry.size(); ++n) {
        REQUIRE(wet[n] == dry[n - OversampledClip::delay]);
    }
}

TEST_CASE("oversampled clip: a clipped sine has the overtones of a clipped sine") {
    for (const int hz : {100, 1000, 3001}) {
        const auto wet = clipped_of(tone(hz, 4.0), {1.0f, ClipShape::hard});
        for (const int order : {1, 3, 5}) {
            CAPTURE(hz, order);
            CHECK(in_db(partial_at(wet, order * hz) / clipped_sine_partial(4.0, order)) ==
                  Approx(0.0).margin(0.1));
        }
        CHECK(partial_at(wet, 2 * hz) < 1e-4);
    }
}

TEST_CASE("oversampled clip: a soft curve's third harmonic is one per cent at its clip point") {
    for (const int hz : {50, 1000, 5000}) {
        const auto wet = clipped_of(tone(hz, 0.5), {0.5f, ClipShape::soft});
        CAPTURE(hz);
        CHECK(partial_at(wet, 3 * hz) / partial_at(wet, hz) == Approx(0.01).margin(0.001));
    }
}

TEST_CASE("oversampled clip: what folds down into the band stays far under the tone") {
    struct Row {
        int hz;
        double most_db; ///< of all that folded to below 20 kHz, against the fundamental
    };

    for (const Row row : {Row{1013, -83.0}, {4999, -66.0}, {9001, -58.0}}) {
        const auto wet = clipped_of(tone(row.hz, 10.0), {1.0f, ClipShape::hard});
        double folded = 0.0;
        for (int order = 1; order <= 201; order += 2) { // a symmetric curve makes odd ones alone
            const int apart = order * row.hz % 48'000;
            const int hz = std::min(apart, 48'000 - apart);
            if (order * row.hz > 24'000 && hz < 20'000) {
                folded += std::pow(partial_at(wet, hz), 2);
            }
        }
        CAPTURE(row.hz);
        CHECK(10.0 * std::log10(folded) - in_db(partial_at(wet, row.hz)) < row.most_db);
    }
}

TEST_CASE("oversampled clip: peaks between the samples are clipped, and said") {
    // fs / 4, 45 degrees: samples at 0.707, the signal reaches 1
    std::vector<float> dry(6400);
    for (std::size_t n = 0; n < dry.size(); ++n) {
        dry[n] = n / 2 % 2 == 0 ? 0.70710678f : -0.70710678f;
    }
    OversampledClip clip({0.8f, ClipShape::hard});
    auto wet = dry;
    clip.process(wet);
    CHECK(clip.highest() == Approx(1.0f).margin(0.02)); // and the jump it begins with
    CHECK(std::abs(wet[3200]) < 0.66f);
}

TEST_CASE("oversampled clip: cut at any cell, nothing changes, whatever the processor") {
    const auto dry = test::programme(64 * 50, test::Seed{2}, 0.9);
    for (const ClipShape shape : {ClipShape::hard, ClipShape::soft}) {
        const dsp::ClipCurve curve{0.3f, shape};
        const auto whole = clipped_of(dry, curve);
        OversampledClip clip(curve);
        auto cut = dry;
        for (std::size_t at = 0, cells = 1; at < cut.size(); cells = cells % 7 + 1) {
            const std::size_t frames = std::min(cells * OversampledClip::cell, cut.size() - at);
            clip.process(std::span(cut).subspan(at, frames));
            at += frames;
        }
        CHECK(cut == whole);
        test::for_each_simd_target([&] {
            const auto other = clipped_of(dry, curve);
            for (std::size_t n = 0; n < other.size(); ++n) {
                REQUIRE(other[n] == Approx(whole[n]).margin(2e-6)); // the sums' roundings
            }
        });
    }
}

TEST_CASE("oversampled clip: silence, no frames, and far too much") {
    OversampledClip clip({1.0f, ClipShape::hard});
    clip.process({});
    std::vector<float> silence(640, 0.0f);
    clip.process(silence);
    CHECK(silence == std::vector<float>(640, 0.0f));
    CHECK(clip.highest() == 0.0f);
    std::vector<float> loud(6400, 1e30f);
    clip.process(loud);
    CHECK(std::isfinite(loud.back()));
}
