// SPDX-License-Identifier: MIT
#include "take/earlier_rates.h"

#include "support/instruments.h"
#include "support/signals.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace gainstage;
using namespace gainstage::test;

namespace {

constexpr double now_hz = 48000.0;

std::vector<double> rates_of(const std::vector<float>& signal, double rate_hz = now_hz) {
    take::PeaksInContext peaks;
    peaks.prepare();
    peaks.process(signal, 1.0f, signal.size());
    std::vector<double> rates;
    for (const Hertz rate : take::earlier_rates(peaks.peaks(), Hertz{rate_hz})) {
        rates.push_back(rate.value());
    }
    return rates;
}

/// Partials of equal level every 90 Hz up to a frequency, each at its own phase.
std::vector<float> ends_at(double highest_hz) {
    std::vector<float> out(24000);
    int k = 0;
    for (double f = 90.0; f < highest_hz; f += 90.0, ++k) {
        const double phase = 2.4 * static_cast<double>(k) * static_cast<double>(k);
        for (std::size_t n = 0; n < out.size(); ++n) {
            const double turn = 2.0 * std::numbers::pi * f * static_cast<double>(n) / now_hz;
            out[n] += static_cast<float>(0.01 * std::sin(turn + phase));
        }
    }
    return out;
}

} // namespace

TEST_CASE("earlier rates: a spectrum that ends at half of a rate, then the family's other rate") {
    CHECK(rates_of(ends_at(3900.0)) == std::vector<double>{8000.0, 44100.0});
    CHECK(rates_of(ends_at(10800.0)) == std::vector<double>{22050.0, 24000.0, 44100.0});
    CHECK(rates_of(ends_at(15700.0)) == std::vector<double>{32000.0, 44100.0});
}

TEST_CASE("earlier rates: what reaches the top, or falls by itself, has only the other rate") {
    CHECK(rates_of(white_noise(48000, Seed{3}, 0.1)) == std::vector<double>{44100.0});
    std::vector<float> falling = white_noise(48000, Seed{4}, 0.5);
    for (int pole = 0; pole < 4; ++pole) { // 24 dB an octave
        float last = 0.0f;
        for (float& x : falling) {
            last += 0.2f * (x - last);
            x = last;
        }
    }
    CHECK(rates_of(falling) == std::vector<double>{44100.0});
    CHECK(rates_of(phrase(Instrument::bass, Seed{1}, 2.0)).back() == 44100.0);
}

TEST_CASE("earlier rates: each family's two rates point at each other") {
    const auto noise = white_noise(48000, Seed{5}, 0.1);
    for (const auto& [rate_hz, other_hz] :
         {std::pair{44100.0, 48000.0}, {88200.0, 96000.0}, {192000.0, 176400.0}}) {
        CHECK(rates_of(noise, rate_hz) == std::vector<double>{other_hz});
    }
    CHECK(rates_of(noise, 37000.0).empty());
}

TEST_CASE("earlier rates: silence and streams too short to look at have none") {
    CHECK(take::earlier_rates({}, Hertz{now_hz}).empty());
    CHECK(rates_of(std::vector<float>(48000)).empty());
    CHECK(rates_of({0.5f}).empty());
}
