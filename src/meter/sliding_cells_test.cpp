// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/sliding_cells.h"

#include <random>

using namespace gainstage::meter;

TEST_CASE("sliding cells: equals adding up the last 40 or 300, and forgets a huge value without a "
          "trace") {
    SlidingCells sliding(cells_a_short_term);
    std::vector<double> values;
    std::mt19937_64 random(1);
    std::uniform_int_distribution<int> small(0, 1000); // integers: any order of additions is exact
    for (int n = 0; n < 1000; ++n) {
        values.push_back(n == 400 ? 1e15 : static_cast<double>(small(random)));
        sliding.push(values.back());
        for (const std::size_t cells : {40u, 300u}) {
            double expected = 0.0;
            for (std::size_t back = 0; back < std::min(cells, values.size()); ++back) {
                expected += values[values.size() - 1 - back];
            }
            REQUIRE(sliding.sum(cells) == expected);
        }
    }
    sliding.reset();
    CHECK(sliding.sum(300) == 0.0);
}

TEST_CASE("the grid: cells begin at the nearest sample and never drift") {
    CHECK(cell_start(1, gainstage::Hertz{44100.0}) == 441);
    CHECK(cell_start(1, gainstage::Hertz{11025.0}) == 110);
    CHECK(cell_start(2, gainstage::Hertz{11025.0}) == 221); // 220.5
    CHECK(cell_start(40, gainstage::Hertz{11025.0}) == 4410);
    CHECK(cell_start(100ull * 3600 * 24, gainstage::Hertz{11025.0}) == 11025ull * 3600 * 24);
}
