// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "report/diagram_scale.h"
#include "report/level_diagrams.h"
#include "support/example_production.h"

using namespace gainstage;
using namespace gainstage::report;

namespace {

const verdict::Targets& targets() { return verdict::Targets::built_in(); }

} // namespace

TEST_CASE(
    "a stem goes from the recording over its trim into the mix, a gain moves its noise along") {
    const produce::Production production = test::example_production();
    const mix::StagedTrack& vocal = production.staging.tracks[8];
    const LevelDiagram diagram =
        stem_diagram(vocal, nullptr, production.staging.plan.mix_gain, targets());
    REQUIRE(diagram.stages.size() == 3);
    const DiagramStage& recorded = diagram.stages[0];
    const DiagramStage& trimmed = diagram.stages[1];
    const DiagramStage& mixed = diagram.stages[2];
    CHECK(*recorded.peak_db == -29.5);
    CHECK(*recorded.average_db == Approx(-42.2 + aes17_offset.db()));
    CHECK(*trimmed.average_db == Approx(-18.0));
    CHECK(*trimmed.noise_db - *recorded.noise_db == Approx(vocal.planned.trim.db()));
    CHECK(*mixed.average_db == vocal.active_at_mix.db());
    CHECK(*mixed.noise_db - *trimmed.noise_db == Approx(1.0 - 3.2)); // fader and mix gain
    // Its SNR is below what a take needs: it stays in the blue, however far it is turned up.
    CHECK(*recorded.average_db < recorded.zones.target_low_db);
    CHECK(*trimmed.average_db < trimmed.zones.target_low_db);
}

TEST_CASE("an average is in the blue where the peak and the average are both under their targets, "
          "as advice has it") {
    for (const double peak_db : {-30.0, -14.0, -12.5, -11.5, -8.0}) {
        for (const double crest_db : {3.0, 6.0, 12.0, 25.0}) {
            CAPTURE(peak_db, crest_db);
            const double average_db = peak_db - crest_db; // AES17
            take::Take take;
            take.pauses = true;
            take.file.measurement = test::example_measurement(
                {peak_db, to_mathematical(DbfsRms{average_db}).db(), -150.0});
            const DiagramStage stage = take_diagram(take, "any", targets()).stages.at(0);
            const bool too_quiet = peak_db < -12.0 && average_db < -18.0;
            CHECK((zone_at(stage.zones, *stage.average_db) == verdict::Zone::noise) == too_quiet);
        }
    }
}

TEST_CASE("a stem that never pauses shows no noise floor: what lies under it may be music") {
    take::Take take = test::example_take(test::example_stems()[0]);
    CHECK(take_diagram(take, "kick", targets()).stages.at(0).noise_db);
    take.pauses = false;
    CHECK(!take_diagram(take, "kick", targets()).stages.at(0).noise_db);
}

TEST_CASE("flat tops below full scale put the clip point where they are") {
    produce::Production production = test::example_production();
    production.stems[3].take->clipping.spots[7].level =
        Dbfs{-4.3}; // they vary: the highest is the clip point
    const LevelDiagram diagram =
        stem_diagram(production.staging.tracks[3], &*production.stems[3].take, Gain{}, targets());
    CHECK(diagram.stages[0].zones.clip_db == -4.1);
    CHECK(diagram.stages[1].zones.clip_db == 0.0); // what comes after has the whole scale
    CHECK(take_diagram(*production.stems[3].take, "bass", targets()).stages[0].zones.clip_db ==
          -4.1);
}

TEST_CASE("a master goes from the sum of the tracks to the medium's ceiling") {
    const produce::Production production = test::example_production();
    const master::Master& master = *production.deliveries[0].master;
    const LevelDiagram diagram = master_diagram(production, master, targets());
    REQUIRE(diagram.stages.size() == 4);
    CHECK(*diagram.stages[0].peak_db == Approx(-4.29 + 3.2));
    CHECK(*diagram.stages[1].peak_db == Approx(-4.29));
    CHECK(*diagram.stages[2].average_db == Approx(-14.0));
    CHECK(*diagram.stages[3].peak_db == master.true_peak_16x.db());
    CHECK(diagram.stages[3].zones.clip_db == -1.0);
    CHECK(diagram.stages[3].zones.target_low_db == -15.0); // -14 LUFS less the tolerance of 1 LU
    CHECK(mix_diagram(production, targets()).stages.size() == 2 + 4);
}

TEST_CASE("a silent stem has a diagram, and no zone edge is above the next") {
    mix::StagedTrack silent;
    silent.planned.name = "silent";
    silent.before = test::silent_measurement();
    for (const DiagramStage& stage : stem_diagram(silent, nullptr, Gain{}, targets()).stages) {
        CHECK(stage.zones.target_low_db <= stage.zones.target_high_db);
        CHECK(stage.zones.target_high_db <= stage.zones.clip_db);
    }
}
