// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "take/advice.h"

#include <rapidcheck/catch.h>

using namespace gainstage;
using take::advise;
using take::RecordedLevels;
using verdict::Targets;
using verdict::Zone;

TEST_CASE("advice: zone and gain for each kind of take") {
    struct Row {
        const char* what;
        double peak_dbfs;
        double average_dbfs;
        Zone zone;
        double gain_db;
    };

    // clang-format off
    const Row rows[] = {
        {"a good vocal",                        -9.0, -19.0, Zone::target,  0.0},
        {"a snare, far above its average",      -7.0, -28.0, Zone::target,  0.0},
        {"an organ, right by its average",     -14.0, -18.0, Zone::target,  0.0},
        {"at the lower edge",                  -12.0, -22.0, Zone::target,  0.0},
        {"at the upper edge",                   -6.0, -17.0, Zone::target,  0.0},
        {"hot",                                 -3.0, -14.0, Zone::hot,    -4.0},
        {"guitar at -32, crest factor 14",     -32.0, -43.0, Zone::noise,  21.0},
        {"soft organ: its average is nearer",  -24.0, -27.0, Zone::noise,  10.0},
        {"at full scale",                        0.0, -10.0, Zone::clip,   -7.0},
        {"float, beyond full scale",             4.0,  -8.0, Zone::clip,  -11.0},
    };
    // clang-format on
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto advice =
            advise({.peak = Dbfs{row.peak_dbfs}, .average = DbfsRms{row.average_dbfs}},
                   Targets::built_in());
        CHECK(advice.zone == row.zone);
        CHECK(advice.gain_change.db() == Approx(row.gain_db).margin(1e-9));
    }
}

TEST_CASE("advice: clipped in front of the converter, the step counts from the clip point, "
          "wherever that lies now") {
    const auto advice =
        advise({.peak = Dbfs{-10.0}, .average = DbfsRms{-18.0}, .clipped_analogue = true},
               Targets::built_in());
    CHECK(advice.zone == Zone::clip);
    CHECK(advice.gain_change.db() == Approx(-7.0));
}

TEST_CASE("advice: what is missing on top is turned down, too") {
    RecordedLevels levels{.peak = Dbfs{-10.0}, .average = DbfsRms{-18.0}, .clipped_analogue = true};
    levels.missing = Gain::from_db(2.5);
    CHECK(advise(levels, Targets::built_in()).gain_change.db() == Approx(-9.5));
    levels = {.peak = Dbfs{0.0}, .average = DbfsRms{-12.0}, .clipped_digital = true};
    levels.missing = Gain::from_db(4.0);
    CHECK(advise(levels, Targets::built_in()).gain_change.db() == Approx(-11.0));
}

TEST_CASE("advice: silence is blue, and no gain helps it") {
    const auto advice = advise({}, Targets::built_in());
    CHECK(advice.zone == Zone::noise);
    CHECK(advice.gain_change == Gain{});
    const auto click = advise({.peak = Dbfs{-40.0}, .average = {}},
                              Targets::built_in()); // too short for an average
    CHECK(click.gain_change.db() == Approx(29.0));
}

TEST_CASE("advice: done as told, the next take is in the green, and nothing more is advised") {
    rc::prop("any peak and crest factor", [] {
        const double peak_dbfs = *rc::gen::inRange(-9000, 600) / 100.0;
        const double crest_db = *rc::gen::inRange(0, 4000) / 100.0; // over the AES17 average
        const auto levels = [&](Gain gain) {
            return RecordedLevels{.peak = Dbfs{peak_dbfs} + gain,
                                  .average = DbfsRms{peak_dbfs - crest_db} + gain};
        };
        const auto advice = advise(levels(Gain{}), Targets::built_in());
        const auto next = advise(levels(advice.gain_change), Targets::built_in());
        RC_ASSERT(next.zone == Zone::target);
        RC_ASSERT(next.gain_change == Gain{});
    });
}
