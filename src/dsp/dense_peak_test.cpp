// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/dense_peak.h"
#include "dsp/dense_peak_kernel.h"
#include "support/signals.h"
#include "support/simd.h"

#include <cmath>

using namespace gainstage;
using dsp::DensePeak;

namespace {

double level_db(double amplitude) { return 20.0 * std::log10(amplitude); }

/// Looks densely at every sample, in double: nothing skipped.
double naive_dense_peak(const std::vector<float>& x) {
    std::vector<float> padded(x.size() + 2 * DensePeak::taps, 0.0f);
    std::copy(x.begin(), x.end(), padded.begin() + DensePeak::taps);
    double top = 0.0;
    float phases[DensePeak::factor];
    for (std::size_t n = 0; n + DensePeak::taps <= padded.size(); ++n) {
        dsp::dense_phases_scalar(padded.data() + n, dsp::dense_peak_table(), phases);
        for (const float y : phases) {
            top = std::max(top, static_cast<double>(std::abs(y)));
        }
    }
    return top;
}

std::vector<float> faded(std::vector<float> x) {
    const std::size_t fade = 1000;
    for (std::size_t n = 0; n < fade; ++n) {
        const auto gain = static_cast<float>(
            0.5 - 0.5 * std::cos(3.14159265358979 * static_cast<double>(n) / fade));
        x[n] *= gain;
        x[x.size() - 1 - n] *= gain;
    }
    return x;
}

} // namespace

TEST_CASE("dense peak: SIMD equals the scalar sibling") {
    const auto x = test::white_noise(DensePeak::taps + 100, test::Seed{4});
    test::for_each_simd_target([&] {
        for (std::size_t offset = 0; offset < 100; ++offset) {
            float fast[DensePeak::factor];
            float exact[DensePeak::factor];
            dsp::dense_phases_simd(x.data() + offset, dsp::dense_peak_table(), fast);
            dsp::dense_phases_scalar(x.data() + offset, dsp::dense_peak_table(), exact);
            for (std::size_t phase = 0; phase < DensePeak::factor; ++phase) {
                REQUIRE(fast[phase] == Approx(exact[phase]).margin(1e-5));
            }
        }
    });
}

TEST_CASE("dense peak: sines up to 0.475 fs read their amplitude within 0.002 dB") {
    for (const double f : {0.001, 0.05, 0.125, 0.25, 0.3333, 0.4, 0.4321, 0.4535, 0.475}) {
        for (const double phase : {0.0, 0.3, 0.785398, 1.2}) {
            DensePeak peak;
            peak.process(faded(test::sine(f, 0.7, 20000, 1.0, phase)));
            INFO("f " << f << ", phase " << phase);
            CHECK(level_db(static_cast<double>(peak.peak())) ==
                  Approx(level_db(0.7)).margin(0.002));
        }
    }
}

TEST_CASE("dense peak: what the gate skips never holds the maximum") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        auto x = seed % 2 == 0 ? test::white_noise(4000, test::Seed{seed}, 0.9)
                               : test::programme(4000, test::Seed{seed}, 0.9);
        if (seed > 3) {
            for (float& sample : x) {
                sample = std::clamp(3.0f * sample, -0.9f, 0.9f);
            }
        }
        DensePeak peak;
        peak.process(x);
        const double naive = naive_dense_peak(x);
        INFO("seed " << seed);
        // the parabola may find up to 0.042 dB (the 16x grid at 0.5 fs) more than the grid's points
        CHECK(level_db(static_cast<double>(peak.peak())) > level_db(naive) - 0.0001);
        CHECK(level_db(static_cast<double>(peak.peak())) < level_db(naive) + 0.045);
    }
}

TEST_CASE("dense peak: any cut, the same result; reset equals new") {
    const auto x = test::white_noise(3000, test::Seed{5});
    DensePeak whole;
    whole.process(x);
    for (std::size_t block : {1u, 7u, 63u, 64u, 511u, 512u, 513u}) {
        DensePeak parts;
        parts.process(std::vector<float>(100, 2.0f));
        parts.reset();
        for (std::size_t at = 0; at < x.size(); at += block) {
            parts.process(std::span(x).subspan(at, std::min(block, x.size() - at)));
        }
        CHECK(parts.peak() == whole.peak());
    }
}
