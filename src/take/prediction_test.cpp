// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "take/prediction.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace gainstage;
using take::predict;
using take::Prediction;

namespace {

constexpr Seconds hop{0.05};
constexpr Seconds song{240.0};

/// Strokes every half second whose levels are spread evenly over `spread_db` under 0.1 (-20 dBFS).
std::vector<float> strokes(double seconds, double spread_db, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> level_db(-20.0 - spread_db, -20.0);
    std::vector<float> peaks;
    for (int i = 0; i < static_cast<int>(seconds / hop.value()); ++i) {
        const double db = i % 10 == 0 ? level_db(random) : -50.0;
        peaks.push_back(static_cast<float>(std::pow(10.0, db / 20.0)));
    }
    return peaks;
}

Prediction predicted(const std::vector<float>& peaks, Seconds length = song) {
    const auto prediction = predict(peaks, hop, length);
    REQUIRE(prediction);
    REQUIRE(prediction->low < prediction->expected);
    REQUIRE(prediction->expected < prediction->high);
    return *prediction;
}

} // namespace

TEST_CASE("prediction: g dB in moves every level by g dB") {
    const double gain_db = GENERATE(-40.0, -6.0, 12.0);
    const auto peaks = strokes(30.0, 10.0);
    auto moved = peaks;
    for (float& x : moved) {
        x *= static_cast<float>(std::pow(10.0, gain_db / 20.0));
    }
    const Prediction a = predicted(peaks);
    const Prediction b = predicted(moved);
    CHECK((b.expected - a.expected).db() == Approx(gain_db).margin(1e-4)); // floats
    CHECK((b.low - a.low).db() == Approx(gain_db).margin(1e-4));
    CHECK((b.high - a.high).db() == Approx(gain_db).margin(1e-4));
}

TEST_CASE("prediction: a longer take is louder, and less certain") {
    const auto peaks = strokes(30.0, 10.0);
    const Prediction song_long = predicted(peaks, song);
    const Prediction set_long = predicted(peaks, Seconds{2400.0});
    CHECK(set_long.expected > song_long.expected);
    CHECK(set_long.low >= song_long.low); // sooner or later it gets as loud again
    CHECK(set_long.high - set_long.low > song_long.high - song_long.low);
}

TEST_CASE("prediction: lively playing is less certain than even playing") {
    const Prediction even = predicted(strokes(30.0, 1.0));
    const Prediction lively = predicted(strokes(30.0, 20.0));
    CHECK(lively.high - lively.low > even.high - even.low);
}

TEST_CASE("prediction: of a take as long as the practice run, about its own peak is expected") {
    const auto peaks = strokes(60.0, 10.0);
    const Dbfs heard = Dbfs::from_amplitude(static_cast<double>(*std::ranges::max_element(peaks)));
    const Dbfs expected = predicted(peaks, Seconds{60.0}).expected;
    CHECK(expected >= heard);
    CHECK(expected - heard < Gain::from_db(0.5));
}

TEST_CASE("prediction: where the end was soft the take may stay soft, and may not") {
    auto peaks = strokes(40.0, 10.0);
    const Prediction even = predicted(peaks);
    for (std::size_t i = peaks.size() * 3 / 4; i < peaks.size(); ++i) {
        peaks[i] *= 0.2f; // -14 dB: still playing
    }
    const Prediction softer = predicted(peaks);
    CHECK(softer.low < even.low - Gain::from_db(0.5));
    CHECK(softer.high >= even.high);
}

TEST_CASE("prediction: a few events tell less than many") {
    auto few = strokes(30.0, 10.0);
    for (std::size_t i = 0; i < few.size(); ++i) {
        few[i] *= i / 10 % 6 == 0 ? 1.0f : 0.05f; // five strokes in six 26 dB softer
    }
    CHECK(predicted(few).high - predicted(few).low >
          predicted(strokes(30.0, 10.0)).high - predicted(strokes(30.0, 10.0)).low);
}

TEST_CASE("prediction: of strokes whose highest level is known, the interval holds the highest") {
    int inside = 0;
    for (unsigned seed = 0; seed < 100; ++seed) {
        const auto take = strokes(240.0, 12.0, 1000 + seed);
        const Dbfs highest =
            Dbfs::from_amplitude(static_cast<double>(*std::ranges::max_element(take)));
        const Prediction prediction = predicted(strokes(30.0, 12.0, seed));
        inside += highest >= prediction.low && highest <= prediction.high ? 1 : 0;
    }
    CHECK(inside >= 85); // steadier than any music: it may be in more often than nine times in ten
}

TEST_CASE("prediction: silence before and after playing is no playing") {
    auto peaks = strokes(30.0, 10.0);
    const Prediction bare = predicted(peaks);
    peaks.insert(peaks.begin(), 400, 0.0f);
    peaks.insert(peaks.end(), 400, 1e-5f);
    const Prediction wrapped = predicted(peaks);
    CHECK(wrapped.expected == bare.expected);
    CHECK(wrapped.practice.value() == bare.practice.value());
}

TEST_CASE("prediction: none from silence, nothing, or less than ten seconds") {
    CHECK(!predict({}, hop, song));
    CHECK(!predict(std::vector<float>(1000, 0.0f), hop, song));
    CHECK(!predict(strokes(9.0, 10.0), hop, song));
    CHECK(predict(strokes(10.5, 10.0), hop, song));
    CHECK(predict(std::vector<float>(1000, 1.0f), hop, song));     // a held tone has a law, too
    CHECK(predict(std::vector<float>{0.5f}, Seconds{12.0}, song)); // a hop grows in days of it
    CHECK(take::playing(strokes(9.0, 10.0), hop) < take::shortest_practice);
}

TEST_CASE("prediction: the odds are those of its quantiles, and fall with the level") {
    const Prediction p{Dbfs{-8.0}, Dbfs{-10.0}, Dbfs{-3.0}, Seconds{30.0}, song};
    CHECK(p.odds_over(p.expected) == Approx(0.5));
    CHECK(p.odds_over(p.low) == Approx(0.95));
    CHECK(p.odds_over(p.high) == Approx(0.05));
    double last = 1.0;
    for (double db = -40.0; db < 20.0; db += 0.5) {
        CHECK(p.odds_over(Dbfs{db}) <= last);
        last = p.odds_over(Dbfs{db});
    }
    CHECK((p + Gain::from_db(-5.0)).odds_over(Dbfs{-8.0}) == Approx(0.05));
    for (const double odds : {0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99}) {
        CHECK(p.odds_over(p.exceeded_with(odds)) == Approx(odds));
    }
}
