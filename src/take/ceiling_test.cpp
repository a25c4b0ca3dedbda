// SPDX-License-Identifier: MIT
// How often it finds and how often it errs is measured by bench/take_clipping.
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
#include "support/instruments.h"
#include "take/ceiling.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;
using namespace gainstage::test;
using take::CeilingFound;
using take::TallPeak;
using take::TallPeaks;

namespace {

std::vector<TallPeak> tall(const std::vector<float>& x, float sign = 1.0f) {
    TallPeaks peaks;
    peaks.prepare();
    peaks.process(x, sign, x.size());
    return {peaks.peaks().begin(), peaks.peaks().end()};
}

std::optional<CeilingFound> ceiling_of(const std::vector<float>& x) {
    const std::vector<TallPeak> peaks = tall(x);
    auto found = take::find_ceiling(peaks, 1e-7f, Hertz{48000.0});
    if (found) {
        found->runs.clear(); // they point into `peaks`
    }
    return found;
}

/// White noise with a few peaks of its own: nothing predicts one sample from the next.
std::vector<float> hiss(Seed seed) { return recorded(std::vector<float>(48000), 0.0, -12.0, seed); }

} // namespace

TEST_CASE("ceiling: the tall peaks are the highest local maxima, with what is around them") {
    const std::vector<float> x = phrase(Instrument::snare, Seed{3}, 2.0);
    std::vector<float> expected;
    for (std::size_t n = TallPeak::reach; n + TallPeak::reach < x.size(); ++n) {
        if (x[n] > 0.0f && x[n] > x[n - 1] && x[n] >= x[n + 1]) {
            expected.push_back(x[n]);
        }
    }
    std::ranges::sort(expected, std::greater{});
    expected.resize(std::min(expected.size(), TallPeaks::most));
    std::vector<float> kept;
    for (const TallPeak& peak : tall(x)) {
        kept.push_back(peak.level);
        REQUIRE(x[peak.frame] == peak.level);
        REQUIRE(x[peak.frame - 2] == peak.around[TallPeak::reach - 2]);
        REQUIRE(x[peak.frame + TallPeak::reach] == peak.around.back());
    }
    std::ranges::sort(kept, std::greater{});
    CHECK(kept == expected);
}

TEST_CASE("ceiling: guitar takes clipped by 1 dB have one, whole ones have none") {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        const std::vector<float> x = phrase(Instrument::guitar, Seed{seed}, 6.0);
        const AfterClipping treatment{-6.0, -85.0, 0.0};
        CHECK(!ceiling_of(after(clip(x, ClipCurve::hard, 0.0), treatment, 48000.0, Seed{seed})));
        const auto cut =
            ceiling_of(after(clip(x, ClipCurve::hard, 1.0), treatment, 48000.0, Seed{seed}));
        found += cut ? 1 : 0;
        if (cut) {
            CHECK(!cut->may_be_limiter);
            CHECK(static_cast<double>(cut->level) == Approx(linear(-6.0)).epsilon(0.003));
        }
    }
    CHECK(found >= 3);
}

TEST_CASE("ceiling: several samples of hiss at one level, side by side, are no chance") {
    std::vector<float> x = hiss(Seed{5});
    const float highest = *std::ranges::max_element(x);
    CHECK(!ceiling_of(x));
    for (std::size_t k = 0; k < 6; ++k) { // six places, three samples each
        for (std::size_t i = 0; i < 3; ++i) {
            x[5000 + 7000 * k + i] = 1.1f * highest;
        }
    }
    const auto found = ceiling_of(x);
    REQUIRE(found);
    CHECK(!found->may_be_limiter);
    CHECK(found->level == 1.1f * highest);
}

TEST_CASE("ceiling: lone samples at one level are what a limiter leaves") {
    std::vector<float> x = hiss(Seed{6});
    const float highest = *std::ranges::max_element(x);
    for (std::size_t k = 0; k < 12; ++k) {
        x[2000 + 3500 * k] = 1.1f * highest;
    }
    const auto alone = ceiling_of(x);
    REQUIRE(alone);
    CHECK(alone->level == 1.1f * highest);
    CHECK(alone->may_be_limiter);
    const auto by_one = ceiling_of(limited(phrase(Instrument::guitar, Seed{2}, 6.0), 5.0, 48000.0));
    CHECK((!by_one || by_one->may_be_limiter));
}

TEST_CASE("ceiling: a steady wave repeats its peak, and isn't cut") {
    for (const double hz : {97.3, 440.0, 1000.0, 3111.0}) {
        CAPTURE(hz);
        CHECK(!ceiling_of(sine(hz, 0.5, 48000, 48000.0)));
        CHECK(!ceiling_of(recorded(sine(hz, 0.5, 48000, 48000.0), 0.0, -90.0, Seed{1})));
    }
}

TEST_CASE("ceiling: nothing, silence, one sample, one peak") {
    CHECK(!ceiling_of({}));
    CHECK(!ceiling_of(std::vector<float>(1000)));
    CHECK(!ceiling_of({0.5f}));
    std::vector<float> one(1000);
    one[500] = 0.5f;
    CHECK(!ceiling_of(one));
    CHECK(tall(one).size() == 1);
}
