// SPDX-License-Identifier: MIT
// What `take` makes of it is take_test.cpp's.
#include <catch2/catch.hpp>

#include "take/clipping.h"

#include <algorithm>
#include <random>

using namespace gainstage;

TEST_CASE("clipping: the depth that is told is what 19 in 20 are missing at most") {
    CHECK(take::told_depth({}) == Gain{});
    CHECK(take::told_depth({Gain::from_db(3.0)}) == Gain::from_db(3.0));
    std::vector<Gain> depths;
    for (int db = 0; db <= 20; ++db) {
        depths.push_back(Gain::from_db(db));
    }
    std::ranges::shuffle(depths, std::mt19937(1));
    CHECK(take::told_depth(depths) == Gain::from_db(19.0));

    take::ClippingFound found;
    CHECK(found.depth() == Gain{});
    found.spots.push_back({}); // known by its level only
    found.spots.push_back({.depth = Gain::from_db(2.0)});
    CHECK(found.depth() == Gain::from_db(2.0));
}
