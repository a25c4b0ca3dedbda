// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/dynamic_range.h"
#include "support/measured.h"

#include <algorithm>
#include <numeric>
#include <random>

using namespace gainstage;
using namespace gainstage::meter;

namespace {

double dr(const std::vector<float>& x, double rate_hz = 48000.0) {
    return test::measured(test::planar(x, 2), {.rate_hz = rate_hz}).value("dr_db").value();
}

/// The paper's recipe, word by word.
double naive_dr(const std::vector<float>& x, std::size_t block) {
    std::vector<double> powers;
    std::vector<double> peaks;
    for (std::size_t at = 0; at + block <= x.size(); at += block) {
        double sum = 0.0;
        double peak = 0.0;
        for (std::size_t n = at; n < at + block; ++n) {
            const auto sample = static_cast<double>(x[n]);
            sum += sample * sample;
            peak = std::max(peak, std::abs(sample));
        }
        powers.push_back(2.0 * sum / static_cast<double>(block));
        peaks.push_back(peak);
    }
    std::ranges::sort(powers, std::greater{});
    std::ranges::sort(peaks, std::greater{});
    const auto count = std::max<std::size_t>(1, powers.size() / 5);
    const double mean =
        std::accumulate(powers.begin(), powers.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
        static_cast<double>(count);
    return 20.0 * std::log10(peaks.at(1)) - 10.0 * std::log10(mean);
}

} // namespace

TEST_CASE("DR: sine 0, square -3.01, uniform noise 1.75, Gaussian about 11") {
    auto sine = test::sine(1000.0, 0.5, 30 * 48000, 48000.0);
    CHECK(dr(sine) == Approx(0.0).margin(0.001));
    for (float& x : sine) {
        x = x < 0.0f ? -0.5f : 0.5f;
    }
    CHECK(dr(sine) == Approx(-3.0103).margin(0.001));
    CHECK(dr(test::white_noise(60 * 48000, test::Seed{3}, 0.5)) == Approx(1.75).margin(0.02));
    std::mt19937_64 generator(4);
    std::normal_distribution<float> normal(0.0f, 0.1f);
    std::vector<float> gaussian(60 * 48000);
    std::ranges::generate(gaussian, [&] { return normal(generator); });
    CHECK(dr(gaussian) == Approx(11.0).margin(0.6));
}

TEST_CASE("DR: the paper's recipe, on programme with swells") {
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        for (const double rate_hz : {44100.0, 48000.0}) {
            auto x = test::programme(static_cast<std::size_t>(62.5 * rate_hz), test::Seed{seed});
            for (std::size_t n = 0; n < x.size(); ++n) {
                x[n] *= static_cast<float>(
                    test::linear(9.0 * std::sin(static_cast<double>(n) / (3.0 * rate_hz)) - 9.0));
            }
            CHECK(dr(x, rate_hz) ==
                  Approx(naive_dr(x, static_cast<std::size_t>(3.0 * rate_hz))).margin(0.02));
        }
    }
}

TEST_CASE("DR: nothing before 3 s and for silence, and a silent channel doesn't count") {
    const auto sine = test::sine(1000.0, 0.5, 10 * 48000, 48000.0);
    CHECK_FALSE(test::measured(test::planar(std::vector<float>(143999, 0.5f), 2))
                    .value("dr_db")
                    .has_value());
    CHECK_FALSE(test::measured(audio::AudioBuffer(2, 10 * 48000)).value("dr_db").has_value());
    const auto m = test::measured(test::planar({sine, std::vector<float>(sine.size())}));
    CHECK(m.value("dr_db") == Approx(0.0).margin(0.001));
    CHECK_FALSE(m.value("dr_db", 1).has_value());
}

TEST_CASE("max RMS: the loudest 400 ms, and K scales above AES17 RMS") {
    const auto burst = test::joined({test::sine(1000.0, 0.1, 48000, 48000.0),
                                     test::sine(1000.0, 1.0, 19200, 48000.0),
                                     test::sine(1000.0, 0.1, 48000, 48000.0)});
    const auto m = test::measured(test::planar(burst, 2));
    CHECK(m.value("max_rms_dbfs") == Approx(-3.0103).margin(1e-4));
    CHECK(m.value("max_rms_dbfs", 1) == Approx(-3.0103).margin(1e-4));
    CHECK_FALSE(test::measured(audio::AudioBuffer(2, 19199)).value("max_rms_dbfs").has_value());
    const auto steady = test::measured(test::planar(test::sine(1000.0, 0.1, 48000, 48000.0), 2));
    CHECK(steady.value("k20_db") == Approx(0.0).margin(1e-4));
    CHECK(steady.value("k14_db") == Approx(-6.0).margin(1e-4));
    CHECK(steady.value("k12_db") == Approx(-8.0).margin(1e-4));
}
