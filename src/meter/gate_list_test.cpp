// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "meter/gate_histogram.h"
#include "meter/gate_list.h"

#include <cmath>

using namespace gainstage;

namespace {

double power_at(double db) { return std::pow(10.0, db / 10.0); }

constexpr Gain ten = Gain::from_db(10.0);
constexpr Gain twenty = Gain::from_db(20.0);

} // namespace

TEST_CASE("gate list: a block a thousandth of a dB from the gate is on its right side") {
    // Ten blocks at 0 dB and one at `low`: the mean is within 0.42 dB of 0, the gate 10 dB below.
    const auto gated = [](double low_db) {
        meter::GateList list;
        list.prepare(100);
        for (int i = 0; i < 10; ++i) {
            list.add(1.0);
        }
        list.add(power_at(low_db));
        return list.gated_power(ten);
    };
    // The gate is where the block's power is a tenth of the mean: p = (10 + p) / 110.
    const double gate_db = 10.0 * std::log10(10.0 / 109.0);
    CHECK(gated(gate_db - 0.001) == 1.0);
    CHECK(gated(gate_db + 0.001) < 0.95);
}

TEST_CASE("gate list: agrees with the histogram as well as that promises") {
    rc::prop("random blocks", [] {
        const auto levels =
            *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-9000, 1000)));
        meter::GateHistogram histogram;
        meter::GateList list;
        list.prepare(levels.size());
        for (const int level : levels) {
            histogram.add(power_at(level / 100.0 + 0.005)); // the middle of a bin
            list.add(power_at(level / 100.0 + 0.005));
        }
        RC_ASSERT(list.is_complete());
        // The middle of a bin can't be on the wrong side but by the rounding of the last bit.
        const double a = histogram.gated_power(ten);
        const double b = list.gated_power(ten);
        RC_ASSERT(std::abs(a - b) <= 1e-9 * b);
        RC_ASSERT(
            std::abs((histogram.range(twenty, 0.1, 0.95) - list.range(twenty, 0.1, 0.95)).db()) <
            1e-9);
    });
}

TEST_CASE("gate list: without room for all it says so, and with none it keeps nothing") {
    meter::GateList list;
    list.prepare(2);
    list.add(1.0);
    list.add(1.0);
    CHECK(list.is_complete());
    list.add(power_at(-80.0)); // under the absolute gate: needs no room
    CHECK(list.is_complete());
    list.add(1.0);
    CHECK_FALSE(list.is_complete());
    list.reset();
    CHECK(list.is_complete());
    meter::GateList none;
    none.add(1.0);
    CHECK_FALSE(none.is_complete());
    CHECK(none.gated_power(ten) == 0.0);
    CHECK(none.range(twenty, 0.1, 0.95).db() == 0.0);
}
