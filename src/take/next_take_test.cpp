// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "take/next_take.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;
using take::GainPlan;
using take::NextTake;
using take::Prediction;

namespace {

const verdict::Targets& targets() { return verdict::Targets::built_in(); }

Prediction at(double expected_dbfs, double above_db = 2.0) {
    return {Dbfs{expected_dbfs}, Dbfs{expected_dbfs - 1.0}, Dbfs{expected_dbfs + above_db},
            Seconds{30.0}, Seconds{240.0}};
}

GainPlan plan(const Prediction& prediction, double allowance_db = 0.0, double step_db = 0.0) {
    return take::plan(prediction,
                      {Seconds{240.0}, Gain::from_db(allowance_db),
                       step_db > 0.0 ? std::optional(Gain::from_db(step_db)) : std::nullopt},
                      targets());
}

} // namespace

TEST_CASE("next take: what lies in its zone is left alone") {
    const double expected_dbfs = GENERATE(-12.0, -9.0, -6.0);
    const GainPlan p = plan(at(expected_dbfs));
    CHECK(p.change == Gain{});
    CHECK(p.clip_odds_before == p.clip_odds_after);
    CHECK(p.clip_odds_after <= 0.01);
}

TEST_CASE("next take: the least change into the zone, up or down") {
    CHECK(plan(at(-2.0)).change.db() == Approx(-4.0));
    CHECK(plan(at(-30.0)).change.db() == Approx(18.0));
    CHECK(plan(at(-8.0), 4.0).change.db() == Approx(-2.0));
}

TEST_CASE("next take: odds decide over the zone where both can't be had") {
    const GainPlan p = plan(at(-6.0, 8.0));
    CHECK(p.clip_odds_before > 0.01);
    CHECK(p.clip_odds_after == Approx(0.01).epsilon(0.001));
    const GainPlan wide = plan(at(-20.0, 18.0));
    CHECK(wide.change <= Gain{}); // up into the zone would clip too often
    CHECK(wide.clip_odds_after <= 0.0101);
}

TEST_CASE("next take: whole steps, that never pass the odds or the zone's upper edge") {
    const double expected_dbfs = GENERATE(-40.0, -13.1, -7.0, -3.3, 2.0);
    const double step_db = GENERATE(0.5, 1.0, 3.0, 10.0);
    const GainPlan p = plan(at(expected_dbfs), 0.0, step_db);
    const double steps = p.change.db() / step_db;
    CAPTURE(expected_dbfs, step_db, p.change.db());
    CHECK(steps == Approx(std::round(steps)).margin(1e-9));
    CHECK(p.prediction.expected + p.change <= Dbfs{-6.0 + 1e-9});
    CHECK(p.clip_odds_after <= 0.0101);
}

TEST_CASE("next take: done as advised, nothing more is advised") {
    const double expected_dbfs = GENERATE(-50.0, -13.0, -5.0, 6.0);
    const double above_db = GENERATE(0.5, 3.0, 9.0);
    const GainPlan first = plan(at(expected_dbfs, above_db), 3.0);
    const GainPlan second = plan(at(expected_dbfs, above_db) + first.change, 3.0);
    CHECK(second.change.db() == Approx(0.0).margin(1e-9));
}

TEST_CASE("next take: every kind of source has its allowance with a source, no other has") {
    const auto kinds = take::source_kinds(targets());
    for (const char* kind :
         {"voice", "speech", "drums", "acoustic", "amp", "line", "other", "take"}) {
        CAPTURE(kind);
        CHECK(std::ranges::count(kinds, kind) == 1);
        REQUIRE(take::allowance_for(kind, targets()));
        CHECK(take::allowance_for(kind, targets())->db() >= 0.0);
        CHECK(!targets().figure("take.allowance_" + std::string(kind) + "_db").source.empty());
    }
    CHECK(kinds.size() == 8);
    const auto unknown = take::allowance_for("theremin", targets());
    REQUIRE(!unknown);
    CHECK(unknown.error().action.find("voice") != std::string::npos);
}
