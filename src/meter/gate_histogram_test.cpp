// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/gate_histogram.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace gainstage;
using meter::GateHistogram;

namespace {

/// All blocks kept, gates applied by the letter.
struct Naive {
    std::vector<double> powers;

    std::vector<double> gated(double below_mean_db) const {
        std::vector<double> above;
        double sum = 0.0;
        for (const double power : powers) {
            if (10.0 * std::log10(power) > -70.0) {
                above.push_back(power);
                sum += power;
            }
        }
        const double gate =
            sum / static_cast<double>(above.size()) * std::pow(10.0, -below_mean_db / 10.0);
        std::erase_if(above, [&](double power) { return power <= gate; });
        std::ranges::sort(above);
        return above;
    }
};

} // namespace

TEST_CASE("gate histogram: gated mean and range equal keeping every block, within a bin") {
    std::mt19937_64 random(3);
    for (int run = 0; run < 20; ++run) {
        std::normal_distribution<double> level_db(-30.0 + run, 12.0);
        GateHistogram histogram;
        Naive naive;
        for (int i = 0; i < 3000; ++i) {
            const double power = std::pow(10.0, level_db(random) / 10.0);
            histogram.add(power);
            naive.powers.push_back(power);
        }
        double sum = 0.0;
        const auto above = naive.gated(10.0);
        for (const double power : above) {
            sum += power;
        }
        const double mean_db = 10.0 * std::log10(sum / static_cast<double>(above.size()));
        CHECK(10.0 * std::log10(histogram.gated_power(Gain::from_db(10.0))) ==
              Approx(mean_db).margin(0.01));

        const auto wide = naive.gated(20.0);
        const auto rank = [&](double share) {
            return wide[static_cast<std::size_t>(static_cast<double>(wide.size() - 1) * share +
                                                 0.5)];
        };
        const double range_db = 10.0 * std::log10(rank(0.95) / rank(0.10));
        // a block on the wrong side of the gate moves a rank by one of 3000: their spacing here is
        // below 0.05 dB
        CHECK(histogram.range(Gain::from_db(20.0), 0.10, 0.95).db() ==
              Approx(range_db).margin(0.05));
    }
}

TEST_CASE("gate histogram: the absolute gate, the ends of the scale, nothing at all") {
    GateHistogram histogram;
    CHECK(histogram.gated_power(Gain::from_db(10.0)) == 0.0);
    CHECK(histogram.range(Gain::from_db(20.0), 0.1, 0.95).db() == 0.0);
    histogram.add(0.0);
    histogram.add(std::pow(10.0, -7.0001));
    CHECK(histogram.blocks() == 0);
    histogram.add(std::pow(10.0, -6.9999));
    CHECK(histogram.blocks() == 1);
    CHECK(histogram.gated_power(Gain::from_db(10.0)) == Approx(std::pow(10.0, -6.9999)));
    histogram.add(1e60); // far beyond the last bin: still counted with its own power
    CHECK(histogram.gated_power(Gain::from_db(10.0)) == Approx(1e60));
    histogram.reset();
    CHECK(histogram.blocks() == 0);
}
