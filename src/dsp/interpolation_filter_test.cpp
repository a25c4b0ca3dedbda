// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/interpolation_filter.h"

#include <cmath>
#include <complex>
#include <numbers>

using namespace gainstage;

namespace {

/// Gain of the filter in dB at a frequency in cycles a sample, and how far its phase is from the
/// ideal one.
struct Response {
    double gain_db;
    double phase_rad;
};

Response response(const std::vector<double>& taps, double fraction, double frequency) {
    std::complex<double> sum = 0.0;
    const double first = 1.0 - static_cast<double>(taps.size()) / 2.0;
    for (std::size_t i = 0; i < taps.size(); ++i) {
        const double ahead = first + static_cast<double>(i) - fraction;
        sum += taps[i] *
               std::exp(std::complex<double>(0.0, 2.0 * std::numbers::pi * frequency * ahead));
    }
    return {20.0 * std::log10(std::abs(sum)), std::arg(sum)};
}

} // namespace

TEST_CASE("least squares interpolator: DC exact, and the ripple that its users count on") {
    struct User {
        int taps;
        double fraction;
        double band_edge;
        double up_to;
        double ripple_db;
    };

    const User users[] = {{20, 0.5, 0.46, 0.4535, 0.37}, // true_peak_detector's first tier
                          {32, 0.25, 0.46, 0.44, 0.06},  // inter_sample_peaks
                          {32, 0.5, 0.46, 0.44, 0.06}};
    for (const User& user : users) {
        const auto taps = dsp::least_squares_interpolator(user.taps, user.fraction, user.band_edge);
        CHECK(response(taps, user.fraction, 0.0).gain_db == Approx(0.0).margin(1e-9));
        for (double f = 0.0; f <= user.up_to; f += 0.0005) {
            const Response r = response(taps, user.fraction, f);
            INFO("taps " << user.taps << ", fraction " << user.fraction << ", f " << f);
            CHECK(std::abs(r.gain_db) < user.ripple_db);
            CHECK(std::abs(r.phase_rad) < 0.02);
        }
    }
}

TEST_CASE("least squares interpolator: the quarter phases mirror each other") {
    const auto quarter = dsp::least_squares_interpolator(24, 0.25, 0.45);
    const auto three = dsp::least_squares_interpolator(24, 0.75, 0.45);
    for (std::size_t i = 0; i < 24; ++i) {
        CHECK(quarter[i] == Approx(three[23 - i]).margin(1e-9));
    }
}

TEST_CASE("Kaiser interpolator, 64 taps: flat to 0.0007 dB up to 0.4535 fs") {
    for (int phase = 1; phase < 16; ++phase) {
        const double fraction = phase / 16.0;
        const auto taps = dsp::kaiser_interpolator(64, fraction, 90.0);
        for (double f = 0.0; f <= 0.4535; f += 0.001) {
            CHECK(std::abs(response(taps, fraction, f).gain_db) < 0.0007);
        }
    }
}
