// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "ballistics/vu.h"
#include "support/signals.h"

#include <cmath>
#include <random>

using namespace gainstage;
using namespace gainstage::ballistics;

namespace {

constexpr double rates_hz[] = {44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0};

std::vector<float> tone(double seconds, double rate_hz) {
    // 997 Hz: at 1000 Hz and 48 kHz, 48 samples a cycle average 0.012 dB low
    return test::sine(997.0, 0.5, static_cast<std::size_t>(std::lround(seconds * rate_hz)),
                      rate_hz);
}

Vu ready(double rate_hz) {
    Vu meter;
    meter.prepare(Hertz{rate_hz});
    return meter;
}

/// The needle after each millisecond.
std::vector<double> course(Vu& meter, const std::vector<float>& signal, double rate_hz) {
    std::vector<double> values;
    const auto step = static_cast<std::size_t>(rate_hz / 1000.0);
    for (std::size_t at = 0; at + step <= signal.size(); at += step) {
        meter.process(std::span(signal).subspan(at, step));
        (void)meter.take();
        values.push_back(meter.take());
    }
    return values;
}

} // namespace

TEST_CASE("vu: the design is derived from 99 % in 300 ms and 1.25 % overshoot") {
    CHECK(iec_60268_17.damping() == Approx(0.81272).margin(1e-5));
    CHECK(iec_60268_17.angular_frequency() == Approx(13.5119).margin(1e-3));
    CHECK(VuDesign{0.010, Seconds{0.3}}.angular_frequency() == Approx(13.9722).margin(1e-3));
    CHECK(VuDesign{0.015, Seconds{0.3}}.angular_frequency() == Approx(13.1255).margin(1e-3));
}

TEST_CASE("vu: a tone reaches 99 % in 300 ms and overshoots by 1 to 1.5 % once, at every rate") {
    for (const double rate_hz : rates_hz) {
        CAPTURE(rate_hz);
        Vu meter = ready(rate_hz);
        const double step_s = std::floor(rate_hz / 1000.0) / rate_hz;
        const auto values = course(meter, tone(3.0, rate_hz), rate_hz);
        const double final = values.back();
        CHECK(final == Approx(0.5).margin(0.002)); // reads the sine's peak
        const auto first =
            std::find_if(values.begin(), values.end(), [&](double v) { return v >= 0.99 * final; });
        CHECK(static_cast<double>(first - values.begin() + 1) * step_s ==
              Approx(0.300).margin(0.030));
        const auto top = std::max_element(values.begin(), values.end());
        CHECK(*top / final > 1.010);
        CHECK(*top / final < 1.015);
        CHECK(*std::min_element(top, values.end()) > 0.998 * final); // not a second time
    }
}

TEST_CASE("vu: the needle falls to 1 % in 300 ms and never shows less than nothing") {
    for (const double rate_hz : rates_hz) {
        CAPTURE(rate_hz);
        Vu meter = ready(rate_hz);
        meter.process(tone(3.0, rate_hz));
        const double step_s = std::floor(rate_hz / 1000.0) / rate_hz;
        const auto values =
            course(meter, std::vector<float>(static_cast<std::size_t>(rate_hz)), rate_hz);
        const auto first =
            std::find_if(values.begin(), values.end(), [](double v) { return v <= 0.005; });
        CHECK(static_cast<double>(first - values.begin() + 1) * step_s ==
              Approx(0.300).margin(0.030));
        CHECK(*std::min_element(values.begin(), values.end()) >= 0.0);
    }
}

TEST_CASE("vu: bursts read what the needle's equation gives") {
    struct Row {
        double burst_s;
        double expected_db;
    };

    // Computed from the second-order model, dB re steady; 0.1 dB is their last digit and the
    // rectified tone's ripple.
    const Row table[] = {{0.005, -31.0}, {0.010, -24.9}, {0.020, -18.9}, {0.030, -15.5},
                         {0.050, -11.1}, {0.075, -7.8},  {0.100, -5.6},  {0.125, -4.0},
                         {0.150, -2.8},  {0.173, -2.0},  {0.200, -1.3},  {0.250, -0.5},
                         {0.300, -0.1},  {0.400, 0.1}};
    for (const double rate_hz : rates_hz) {
        for (const Row& row : table) {
            CAPTURE(rate_hz, row.burst_s);
            Vu meter = ready(rate_hz);
            auto burst = test::sine(
                1000.0, 0.5, static_cast<std::size_t>(std::lround(row.burst_s * rate_hz)), rate_hz);
            burst.resize(burst.size() + static_cast<std::size_t>(0.5 * rate_hz));
            meter.process(burst); // the needle goes on rising after a short one
            CHECK(20.0 * std::log10(meter.take() / 0.5) == Approx(row.expected_db).margin(0.12));
        }
    }
}

TEST_CASE(
    "vu: it averages, and noise, squares and triangles are off from RMS by their form factor") {
    const double rate_hz = 48000.0;
    const auto mean = [&](const std::vector<float>& signal) {
        Vu meter = ready(rate_hz);
        const auto values = course(meter, signal, rate_hz);
        double sum = 0.0;
        for (std::size_t i = 1000; i < values.size(); ++i) {
            sum += values[i];
        }
        return sum / static_cast<double>(values.size() - 1000);
    };
    std::vector<float> square(480000);
    std::vector<float> triangle(480000);
    for (std::size_t n = 0; n < square.size(); ++n) {
        const auto phase = static_cast<double>(n % 480) / 480.0;
        square[n] = phase < 0.5 ? 0.25f : -0.25f;
        triangle[n] = static_cast<float>(0.25 * (4.0 * std::abs(phase - 0.5) - 1.0));
    }
    // sine-calibrated: RMS of 0.25 reads 0.25 sqrt(2) for a sine
    CHECK(20.0 * std::log10(mean(square) / (0.25 * std::sqrt(2.0))) == Approx(0.91).margin(0.02));
    CHECK(20.0 * std::log10(mean(triangle) / (0.25 * std::sqrt(2.0 / 3.0))) ==
          Approx(-0.34).margin(0.02));
    // 20 log10(sqrt(pi) / 2) = -1.049; the mean of so much noise is off by up to 0.02 dB
    std::mt19937_64 generator(6);
    std::normal_distribution<float> normal(0.0f, 0.1f);
    std::vector<float> noise(480000);
    double power = 0.0;
    for (float& x : noise) {
        x = normal(generator);
        power += static_cast<double>(x) * static_cast<double>(x) / 480000.0;
    }
    CHECK(20.0 * std::log10(mean(noise) / std::sqrt(2.0 * power)) == Approx(-1.049).margin(0.03));
}
