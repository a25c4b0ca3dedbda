// SPDX-License-Identifier: MIT
// Textbook values: what anyone can work out with a pocket calculator.
#include <catch2/catch.hpp>

#include "circuit/noise.h"

#include <cmath>

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

/// The grid's sums of white noise of a resistance, in dBu.
double summed_dbu(double resistance_ohm, std::span<const double> widths_hz) {
    double power = 0.0;
    for (const double width : widths_hz) {
        power += thermal_density(resistance_ohm, room_temperature_k) * width;
    }
    return from_power(power).db();
}

} // namespace

TEST_CASE("thermal noise at 20 degrees Celsius over 20 kHz, unweighted and A-weighted") {
    struct Row {
        double ohm, dbu, dbv, nv_per_root_hz, a_weighted_dbu;
    };

    // clang-format off
    const Row rows[] = {
        {50.0,    -135.7, -137.9, 0.90, -137.7},
        {150.0,   -130.9, -133.1, 1.56, -133.0},
        {200.0,   -129.7, -131.9, 1.80, -131.7},
        {600.0,   -124.9, -127.1, 3.12, -126.9},
        {1000.0,  -122.7, -124.9, 4.02, -124.7},
        {10000.0, -112.7, -114.9, 12.7, -114.7},
    };
    // clang-format on
    const FrequencyGrid& grid = FrequencyGrid::fine();
    for (const Row& row : rows) {
        CAPTURE(row.ohm);
        const Dbu noise = thermal_noise(Ohms{row.ohm});
        CHECK(noise.db() == Approx(row.dbu).margin(0.05));         // the table's last digit
        CHECK(to_dbv(noise).db() == Approx(row.dbv).margin(0.06)); // twice rounded
        CHECK(1e9 * std::sqrt(thermal_density(row.ohm, room_temperature_k)) ==
              Approx(row.nv_per_root_hz).epsilon(0.005));
        CHECK(summed_dbu(row.ohm, grid.widths_hz()) == Approx(noise.db()).margin(1e-9));
        CHECK(summed_dbu(row.ohm, grid.a_weighted_widths_hz()) ==
              Approx(row.a_weighted_dbu).margin(0.06));
    }
    const double at_300_k = (thermal_noise(Ohms{150.0}, 300.0) - thermal_noise(Ohms{150.0})).db();
    CHECK(at_300_k == Approx(0.10).margin(0.005));
}

TEST_CASE("A-weighting in octaves, and of white noise") {
    const double octaves_hz[] = {31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000};
    // IEC 61672-1 table 3, to its last digit; nominal frequencies are up to 0.8 % off the exact
    // ones
    const double weights_db[] = {-39.4, -26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1, -6.6};
    for (std::size_t i = 0; i < std::size(octaves_hz); ++i) {
        CAPTURE(octaves_hz[i]);
        CHECK(10.0 * std::log10(a_weighting(octaves_hz[i])) == Approx(weights_db[i]).margin(0.16));
    }
    CHECK(a_weighting_of_white().db() == Approx(-2.05).margin(0.01));
    CHECK(a_weighting(1000.0) == Approx(1.0));
}

TEST_CASE("the coarse grid says the same of white noise as the fine one, weighted or not") {
    const FrequencyGrid& fine = FrequencyGrid::fine();
    const FrequencyGrid& coarse = FrequencyGrid::coarse();
    CHECK(summed_dbu(150.0, coarse.widths_hz()) ==
          Approx(summed_dbu(150.0, fine.widths_hz())).margin(1e-9));
    CHECK(summed_dbu(150.0, coarse.a_weighted_widths_hz()) ==
          Approx(summed_dbu(150.0, fine.a_weighted_widths_hz())).margin(0.02));
}

TEST_CASE("quantisation: an ideal converter's noise, plain and with TPDF dither") {
    CHECK(quantisation_noise(16, false).db() == Approx(-98.09).margin(0.005));
    CHECK(quantisation_noise(20, false).db() == Approx(-122.17).margin(0.005));
    CHECK(quantisation_noise(24, false).db() == Approx(-146.26).margin(0.005));
    CHECK(quantisation_noise(16, true).db() == Approx(-93.3).margin(0.05));
    CHECK(quantisation_noise(24, true).db() == Approx(-141.5).margin(0.05));
    CHECK(quantisation_noise(0, true).is_silent());
}

TEST_CASE("jitter: the signal-to-noise ratio that a clock allows") {
    const auto snr = [](double hz, double s) {
        return jitter_limited_snr(Hertz{hz}, Seconds{s}).db();
    };
    CHECK(snr(1e3, 1e-9) == Approx(104.0).margin(0.05));
    CHECK(snr(10e3, 1e-9) == Approx(84.0).margin(0.05));
    CHECK(snr(20e3, 1e-9) == Approx(78.0).margin(0.05));
    CHECK(snr(20e3, 100e-12) == Approx(98.0).margin(0.05));
    CHECK(snr(20e3, 10e-12) == Approx(118.0).margin(0.05));
    CHECK(snr(20e3, 1e-12) == Approx(138.0).margin(0.05));
    CHECK(snr(20e3, 99e-12) == Approx(quantisation_noise(16, false).db() * -1.0).margin(0.05));
    CHECK(std::isinf(snr(20e3, 0.0)));
    CHECK(rms_frequency_of_pink().value() == Approx(5381.0).margin(1.0));
}
