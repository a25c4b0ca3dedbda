// SPDX-License-Identifier: MIT
// How it does on recordings is measured by bench/take_clipping.
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "take/level_histogram.h"

#include <cmath>
#include <random>

using namespace gainstage;
using take::LevelHistogram;
using take::Top;
using take::TopShape;

namespace {

constexpr std::size_t excursion_frames = 100;
constexpr float sine_halfway = 0.5f;

Top top(TopShape shape, float level) {
    const bool is_cut = shape != TopShape::round && shape != TopShape::narrow;
    return {.shape = shape, .level = level, .flat_frames = is_cut ? 10.0f : 0.0f, .frames = 10};
}

void add(LevelHistogram& to, TopShape shape, float level) {
    to.add(top(shape, level), excursion_frames, sine_halfway);
}

LevelHistogram empty() {
    LevelHistogram histogram;
    histogram.prepare();
    histogram.reset();
    return histogram;
}

/// Round tops of a player: from -20 to -6 dBFS.
LevelHistogram played(int tops) {
    LevelHistogram histogram = empty();
    std::mt19937 random(1);
    std::uniform_real_distribution<float> level_db(-20.0f, -6.0f);
    for (int i = 0; i < tops; ++i) {
        add(histogram, TopShape::round, std::pow(10.0f, 0.05f * level_db(random)));
    }
    return histogram;
}

} // namespace

TEST_CASE("level histogram: tops that are flat at the highest level are a clip level, round ones "
          "and none at all aren't") {
    CHECK_FALSE(empty().clip_level());
    CHECK_FALSE(played(300).clip_level());

    LevelHistogram clipped = played(300);
    for (int i = 0; i < 5; ++i) {
        add(clipped, TopShape::flat, 0.51f);
    }
    const auto place = clipped.clip_level();
    REQUIRE(place);
    CHECK(LevelHistogram::is_at(*place, 0.51f));
    CHECK_FALSE(LevelHistogram::is_at(*place, 0.49f));
    CHECK(clipped.flat_at(*place).tops == 5);
    CHECK_FALSE(clipped.is_by_design(*place));
}

TEST_CASE("level histogram: flat tops far under the highest, or with round ones above, are none") {
    LevelHistogram under = played(300);
    for (int i = 0; i < 5; ++i) {
        add(under, TopShape::flat, 0.2f);
    }
    CHECK_FALSE(under.clip_level());

    LevelHistogram above = empty();
    for (int i = 0; i < 5; ++i) {
        add(above, TopShape::flat, 0.51f);
        add(above, TopShape::round, 0.75f);
        add(above, TopShape::round, 0.8f);
    }
    CHECK_FALSE(above.clip_level());
}

TEST_CASE("level histogram: pairs count where they are many, and can be left out") {
    LevelHistogram paired = empty();
    for (int i = 0; i < 300; ++i) {
        add(paired, TopShape::narrow, 0.1f + 0.001f * static_cast<float>(i));
    }
    for (int i = 0; i < 20; ++i) {
        add(paired, TopShape::close_pair, 0.5f);
    }
    const auto place = paired.clip_level();
    REQUIRE(place);
    CHECK(LevelHistogram::is_at(*place, 0.5f));
    CHECK_FALSE(paired.without_pairs().clip_level());
}

TEST_CASE("level histogram: squares are flat by design, a sine that is cut off isn't") {
    LevelHistogram squares = empty();
    LevelHistogram sines = empty();
    for (int i = 0; i < 200; ++i) {
        squares.add({.shape = TopShape::flat, .level = 0.5f, .flat_frames = 95.0f},
                    excursion_frames, 1.0f);
        sines.add({.shape = TopShape::flat, .level = 0.5f, .flat_frames = 60.0f}, excursion_frames,
                  sine_halfway);
    }
    CHECK(squares.is_square());
    CHECK_FALSE(squares.clip_level());
    CHECK(squares.is_flat_by_design());
    CHECK(sines.clip_level());
    CHECK_FALSE(sines.is_flat_by_design());
    CHECK_FALSE(played(50).is_square());
}

TEST_CASE("level histogram: both sides together are as if all had been added to one, whatever the "
          "order") {
    rc::prop("any tops", [](std::vector<unsigned> seeds) {
        LevelHistogram one = empty();
        LevelHistogram left = empty();
        LevelHistogram right = empty();
        for (const unsigned seed : seeds) {
            const auto shape = static_cast<TopShape>(seed % 5);
            const float level = 0.3f + 0.01f * static_cast<float>(seed / 5 % 20);
            add(one, shape, level);
            add(seed % 2 == 0 ? left : right, shape, level);
        }
        const auto place = one.clip_level();
        RC_ASSERT(left.with(right).clip_level() == place);
        RC_ASSERT(right.with(left).clip_level() == place);
        RC_ASSERT(left.with(right).is_square() == one.is_square());
        if (place) {
            RC_ASSERT(left.with(right).flat_at(*place).tops == one.flat_at(*place).tops);
        }
    });
}
