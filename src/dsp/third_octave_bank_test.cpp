// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "dsp/third_octave_bank.h"
#include "support/signals.h"
#include "support/simd.h"

#include <cmath>
#include <limits>
#include <span>

using namespace gainstage;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Class 1 limits on relative attenuation, IEC 61260:1995 table 1 (the 2014 edition's are up to 1.5
/// dB wider), octave filters, at powers of G = 10^0.3 above and below mid-band.
struct Limit {
    double power;
    double least_db;
    double most_db;
};

constexpr double none = std::numeric_limits<double>::infinity();
constexpr Limit inside[] = {
    {0.0, -0.3, 0.3}, {0.125, -0.3, 0.4}, {0.25, -0.3, 0.6}, {0.375, -0.3, 1.3}, {0.5, -0.3, 5.0}};
constexpr Limit outside[] = {
    {0.5, 2.0, none}, {1.0, 17.5, none}, {2.0, 42.0, none}, {3.0, 61.0, none}, {4.0, 70.0, none}};

/// Where a power of G lies for a third of an octave, as log10 of the frequency over mid-band:
/// IEC 61260:1995, 4.4.
double log_ratio(double power) {
    const double g = std::pow(10.0, 0.3);
    return std::log10(1.0 + (std::pow(g, 1.0 / 6.0) - 1.0) / (std::sqrt(g) - 1.0) *
                                (std::pow(g, power) - 1.0));
}

/// The limits `distance` (a log10 of a ratio, >= 0) from mid-band, on straight lines between the
/// table's points.
Limit limit_at(double distance) {
    const std::span<const Limit> table = distance < log_ratio(0.5)
                                             ? std::span<const Limit>(inside)
                                             : std::span<const Limit>(outside);
    for (std::size_t i = 1; i < table.size(); ++i) {
        const double from = log_ratio(table[i - 1].power);
        const double to = log_ratio(table[i].power);
        if (distance < to) {
            const double share = (distance - from) / (to - from);
            const auto between = [&](double a, double b) {
                return a == b ? a : a + share * (b - a);
            };
            return {0.0, between(table[i - 1].least_db, table[i].least_db),
                    between(table[i - 1].most_db, table[i].most_db)};
        }
    }
    return table.back();
}

/// Attenuation of a tone in each band, settled.
std::vector<double> attenuation_db(double tone_hz, double rate_hz) {
    dsp::ThirdOctaveBank bank{Hertz{rate_hz}};
    const auto frames = static_cast<std::size_t>(rate_hz);
    auto tone = test::sine(tone_hz, 0.5, 2 * frames, rate_hz);
    for (std::size_t n = 0; n < frames / 2; ++n) { // a tone that jumps in is no tone
        tone[n] *= static_cast<float>(
            0.5 - 0.5 * std::cos(6.283185307 * static_cast<double>(n) / rate_hz));
    }
    bank.process(std::span(tone).first(frames));
    const std::vector<double> before = bank.energies();
    bank.process(std::span(tone).subspan(frames));
    std::vector<double> out = bank.energies();
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = 10.0 * std::log10(0.125 * static_cast<double>(frames) / (out[i] - before[i]));
    }
    return out;
}

} // namespace

TEST_CASE("third octaves: every band within the class 1 limits, at every rate", "[repeats]") {
    for (const double rate_hz : {8000.0, 44100.0, 48000.0, 96000.0, 192000.0}) {
        const dsp::ThirdOctaveBank bank{Hertz{rate_hz}};
        const double step = rate_hz > 50000.0 ? 1.37 : 1.083; // ratios that meet bands everywhere
        for (double tone_hz = 18.0; tone_hz < 0.46 * rate_hz; tone_hz *= step) {
            const std::vector<double> seen = attenuation_db(tone_hz, rate_hz);
            for (std::size_t i = 0; i < seen.size(); ++i) {
                const double mid_hz = bank.bands()[i].mid_band_hz;
                const Limit limit = limit_at(std::abs(std::log10(tone_hz / mid_hz)));
                INFO(rate_hz << " Hz, band " << mid_hz << " Hz, tone " << tone_hz << " Hz");
                // 0.1 dB at the edge of the pass band for a second's measuring time at 20 Hz
                CHECK(seen[i] >= limit.least_db - 0.1);
                CHECK(seen[i] <= limit.most_db + 0.1);
            }
        }
    }
}

TEST_CASE("third octaves: SIMD against the scalar form") {
    const auto noise = test::white_noise(5000, test::Seed{8});
    test::for_each_simd_target([&] {
        for (std::size_t bands = 0; bands <= 8; ++bands) {
            dsp::ThirdOctaveBank::Stage fast;
            fast.bands = bands;
            for (auto& section : fast.cascade) {
                for (std::size_t i = 0; i < bands; ++i) {
                    section.g[i] = 0.1 + 0.01 * static_cast<double>(i);
                    section.a1[i] = -1.5 - 0.03 * static_cast<double>(i);
                    section.a2[i] = 0.9;
                }
            }
            auto exact = fast;
            fast.process(noise);
            exact.process_scalar(noise);
            for (std::size_t i = 0; i < bands; ++i) {
                // the order of rounding, and fused products
                CHECK(fast.energy[i] == Approx(exact.energy[i]).epsilon(1e-9));
            }
        }
    });
}

TEST_CASE("third octaves: names, edges and how many there are") {
    const dsp::ThirdOctaveBank bank{Hertz{48000.0}};
    REQUIRE(bank.bands().size() == 31);
    CHECK(bank.bands()[0].nominal_hz == 20.0);
    CHECK(bank.bands()[2].nominal_hz == Approx(31.5));
    CHECK(bank.bands()[17].nominal_hz == 1000.0);
    CHECK(bank.bands()[17].mid_band_hz == 1000.0);
    CHECK(bank.bands()[30].nominal_hz == 20000.0);
    CHECK(bank.bands()[17].upper_hz == Approx(bank.bands()[18].lower_hz));
    CHECK(dsp::ThirdOctaveBank{Hertz{44100.0}}.bands().back().nominal_hz == 16000.0);
    CHECK(dsp::ThirdOctaveBank{Hertz{8000.0}}.bands().back().nominal_hz == 3150.0);
    CHECK(dsp::ThirdOctaveBank{Hertz{768000.0}}.bands().size() == 31);
}

TEST_CASE("third octaves: white noise has the same power a hertz in every band") {
    dsp::ThirdOctaveBank bank{Hertz{48000.0}};
    const std::size_t frames = 48000 * 40;
    bank.process(test::white_noise(frames, test::Seed{5}));
    const std::vector<double> energies = bank.energies();
    for (std::size_t i = 0; i < energies.size(); ++i) {
        const auto& band = bank.bands()[i];
        const double width_hz = band.upper_hz - band.lower_hz;
        // Power 1/3 spread over 24 kHz; the Butterworth's noise bandwidth is (pi/10) / sin(pi/10).
        const double expected = 1.0 / 3.0 * width_hz / 24000.0 * 1.0166;
        const double off_db =
            10.0 * std::log10(energies[i] / static_cast<double>(frames) / expected);
        INFO(band.nominal_hz << " Hz");
        // Chance: 40 s of noise `width_hz` wide are 80 * width_hz independent powers; four sigma.
        // The bilinear transform narrows what lies near half the rate.
        const double chance_db = 4.0 * 4.34 / std::sqrt(40.0 * width_hz);
        CHECK(std::abs(off_db) < chance_db + (band.upper_hz > 15000.0 ? 0.2 : 0.03));
    }
}

TEST_CASE("third octaves: the same however the stream is cut") {
    rc::prop("random blocks", [] {
        const auto noise = test::white_noise(9000, test::Seed{6});
        dsp::ThirdOctaveBank whole{Hertz{44100.0}};
        whole.process(noise);
        dsp::ThirdOctaveBank cut{Hertz{44100.0}};
        std::span<const float> left(noise);
        while (!left.empty()) {
            const auto frames = std::min(left.size(), *rc::gen::inRange<std::size_t>(1, 1500));
            cut.process(left.first(frames));
            left = left.subspan(frames);
        }
        RC_ASSERT(whole.energies() == cut.energies());
    });
}
