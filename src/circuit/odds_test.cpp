// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "circuit/odds.h"

#include <cmath>
#include <random>

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

/// Takes played one by one: a shift, then peaks at random moments, each with a height of its own.
double played_odds(Gain margin, const PeakLaw& law, int takes, unsigned seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> shift(0.0, law.deviation.db());
    std::exponential_distribution<double> wait_min(1.0);
    std::exponential_distribution<double> height(1.0 / law.tail.db());
    // Peaks from 20 dB under "the peak" on: e^(20 / tail) times as many as over it.
    const double per_minute = std::exp(20.0 / law.tail.db());
    int clipped = 0;
    for (int take = 0; take < takes; ++take) {
        const double louder_db = shift(random);
        std::poisson_distribution<long> count(per_minute * law.take.value() / 60.0);
        const long peaks = count(random);
        bool over = false;
        for (long i = 0; i < peaks && !over; ++i) {
            over = height(random) - 20.0 + louder_db > margin.db();
        }
        clipped += over ? 1 : 0;
    }
    return static_cast<double>(clipped) / takes;
}

/// 4 standard errors of a share of `takes`: passed by chance once in 16,000.
double error_of(double odds, int takes) { return 4.0 * std::sqrt(odds * (1.0 - odds) / takes); }

} // namespace

TEST_CASE("odds of clipping agree with 100,000 takes played one by one") {
    constexpr int takes = 100000;
    // A tail of 8 dB keeps the number of peaks played small (12 a minute), and hides nothing.
    const PeakLaw laws[] = {
        {Gain::from_db(8.0), Gain::from_db(3.0), Seconds{240.0}},
        {Gain::from_db(8.0), Gain::from_db(0.0), Seconds{240.0}},
        {Gain::from_db(6.0), Gain::from_db(6.0), Seconds{60.0}},
    };
    unsigned seed = 1;
    for (const PeakLaw& law : laws) {
        for (const double margin_db : {4.0, 20.0, 40.0}) {
            CAPTURE(law.tail.db(), law.deviation.db(), margin_db);
            const double odds = clip_odds(Gain::from_db(margin_db), law);
            CHECK(played_odds(Gain::from_db(margin_db), law, takes, seed++) ==
                  Approx(odds).margin(error_of(odds, takes) + 1e-5));
        }
    }
}

TEST_CASE("odds fall with the margin, grow with the take, and their inverse gives them back") {
    const PeakLaw law{Gain::from_db(1.5), Gain::from_db(3.0), Seconds{240.0}};
    double before = 1.0;
    for (double margin_db = -20.0; margin_db <= 40.0; margin_db += 1.0) {
        const double odds = clip_odds(Gain::from_db(margin_db), law);
        CHECK(odds <= before);
        CHECK(odds >= 0.0);
        before = odds;
    }
    for (const double odds : {0.5, 0.1, 0.01, 1e-4}) {
        CHECK(clip_odds(margin_for(odds, law), law) == Approx(odds).epsilon(0.001));
    }
    PeakLaw longer = law;
    longer.take = Seconds{600.0};
    CHECK(clip_odds(Gain::from_db(8.0), longer) > clip_odds(Gain::from_db(8.0), law));
    CHECK(clip_odds(Gain::from_db(std::numeric_limits<double>::infinity()), law) == 0.0);
}

TEST_CASE("without a performer's spread the law is the textbook's") {
    const PeakLaw law{Gain::from_db(2.0), Gain{}, Seconds{60.0}};
    CHECK(clip_odds(Gain{}, law) == Approx(1.0 - std::exp(-1.0)));
    CHECK(clip_odds(Gain::from_db(2.0 * std::log(10.0)), law) == Approx(1.0 - std::exp(-0.1)));
}
