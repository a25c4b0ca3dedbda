// SPDX-License-Identifier: MIT
// The burst tables of IEC 60268-10, at every rate: bursts of 5 kHz against the same tone held.
#include <catch2/catch.hpp>

#include "ballistics/quasi_peak.h"
#include "support/signals.h"

#include <cmath>
#include <map>

using namespace gainstage;
using namespace gainstage::ballistics;

namespace {

constexpr double quasi_peak_rates_hz[] = {44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0};

double reading_db(const QuasiPeakDesign& design, const std::vector<float>& signal, double rate_hz) {
    QuasiPeak meter(design);
    meter.prepare(Hertz{rate_hz});
    meter.process(signal);
    return 20.0 * std::log10(meter.take());
}

/// Against the steady tone.
double burst_db(const QuasiPeakDesign& design, double burst_s, double rate_hz) {
    const auto tone = [&](double seconds) {
        return test::sine(5000.0, 0.5, static_cast<std::size_t>(std::lround(seconds * rate_hz)),
                          rate_hz);
    };
    return reading_db(design, tone(burst_s), rate_hz) - reading_db(design, tone(2.0), rate_hz);
}

struct Row {
    double burst_s;
    double expected_db;
    double tolerance_db; ///< of the standard
};

void check(const QuasiPeakDesign& design, std::initializer_list<Row> table) {
    for (const double rate_hz : quasi_peak_rates_hz) {
        for (const Row& row : table) {
            CAPTURE(rate_hz, row.burst_s);
            CHECK(burst_db(design, row.burst_s, rate_hz) ==
                  Approx(row.expected_db).margin(row.tolerance_db));
        }
    }
}

} // namespace

TEST_CASE("ppm: Type I meets the burst table of IEC 60268-10 from 44.1 to 192 kHz") {
    check(type_1,
          {{0.010, -1.0, 0.5}, {0.005, -2.0, 1.0}, {0.003, -4.0, 1.0}, {0.0004, -15.0, 4.0}});
}

TEST_CASE("ppm: Type II meets the burst table of IEC 60268-10 from 44.1 to 192 kHz") {
    check(type_2, {{0.1, 0.0, 0.5},
                   {0.010, -2.0, 0.5},
                   {0.005, -4.0, 0.75},
                   {0.0015, -9.0, 1.0},
                   {0.0005, -17.0, 2.0}});
}

TEST_CASE("ppm: bursts read what the fit to the tables gives, to 0.15 dB at every rate") {
    // 0.15 dB: a burst of 2 or 20 samples' length rounded to the sample, and the sampled peaks'
    check(
        type_1,
        {{0.010, -0.91, 0.15}, {0.005, -2.22, 0.15}, {0.003, -3.77, 0.15}, {0.0004, -15.05, 0.4}});
    check(type_2, {{0.1, -0.02, 0.15},
                   {0.010, -1.92, 0.15},
                   {0.005, -3.81, 0.15},
                   {0.0015, -9.25, 0.15},
                   {0.0005, -16.50, 0.4}});
}

TEST_CASE("ppm: integration times are 5 and 10 ms, where a burst reads 2 dB under the tone") {
    CHECK(burst_db(type_1, 0.00545, 48000.0) == Approx(-2.0).margin(0.1));
    CHECK(burst_db(type_2, 0.00965, 48000.0) == Approx(-2.0).margin(0.1));
}

TEST_CASE("ppm: a steady sine reads its peak from 100 Hz to 10 kHz") {
    for (const double rate_hz : quasi_peak_rates_hz) {
        for (const double frequency_hz : {100.0, 1000.0, 5000.0, 9970.0}) {
            for (const auto& design : {type_1, type_2}) {
                CAPTURE(rate_hz, frequency_hz);
                const auto tone = test::sine(frequency_hz, 0.125,
                                             static_cast<std::size_t>(2.0 * rate_hz), rate_hz);
                CHECK(reading_db(design, tone, rate_hz) ==
                      Approx(20.0 * std::log10(0.125)).margin(0.1));
            }
        }
    }
}

TEST_CASE("ppm: the needle falls 20 dB in 1.7 s (Type I) and 24 dB in 2.8 s (Type II)") {
    for (const double rate_hz : quasi_peak_rates_hz) {
        const auto fall_db = [&](const QuasiPeakDesign& design, double seconds) {
            QuasiPeak meter(design);
            meter.prepare(Hertz{rate_hz});
            meter.process(
                test::sine(1000.0, 0.5, static_cast<std::size_t>(2.0 * rate_hz), rate_hz));
            (void)meter.take();
            const double before = meter.take();
            meter.process(std::vector<float>(static_cast<std::size_t>(seconds * rate_hz)));
            (void)meter.take();
            return 20.0 * std::log10(meter.take() / before);
        };
        CAPTURE(rate_hz);
        CHECK(fall_db(type_1, 1.7) == Approx(-20.0).margin(0.01));
        CHECK(fall_db(type_2, 2.8) == Approx(-24.0).margin(0.01));
        CHECK(fall_db(type_2, 1.4) == Approx(-12.0).margin(0.01)); // at constant speed
    }
}

TEST_CASE("ppm: no overswing, and a tone at +9 passes +8 within 150 ms (Tech 3205)") {
    const double rate_hz = 48000.0;
    const auto tone = test::sine(1000.0, 0.5, 96000, rate_hz);
    const double steady_db = reading_db(type_2, tone, rate_hz);
    QuasiPeak meter(type_2);
    meter.prepare(Hertz{rate_hz});
    meter.process(std::span(tone).first(7200));
    CHECK(20.0 * std::log10(meter.take()) > steady_db - 1.0);
    CHECK(steady_db <= 20.0 * std::log10(0.5) + 0.5);
}
