// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/instruments.h"
#include "support/solved_chain.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"
#include "take/preamp.h"
#include "take/take.h"

#include <fmt/format.h>

using namespace gainstage;
using namespace gainstage::test;
using take::Preamp;
using take::PreampSetting;

namespace {

/// Steps of 2 dB from 10 to 60, a pad of 20 dB that is out, at 40 dB.
Preamp preamp_at(double gain_db, double pad_db = 0.0) {
    return {.name = "Box",
            .range = {Gain::from_db(10.0), Gain::from_db(60.0), Gain::from_db(2.0)},
            .gain = Gain::from_db(gain_db),
            .gain_is_set = true,
            .pad = Gain::from_db(pad_db),
            .pad_loss = Gain::from_db(20.0),
            .noise = DbfsRms{-92.0}};
}

void check(const PreampSetting& setting, double gain_db, double pad_db, double change_db) {
    CHECK(setting.gain.db() == Approx(gain_db));
    REQUIRE(setting.pad);
    CHECK(setting.pad->db() == Approx(pad_db).margin(1e-12));
    CHECK(setting.change.db() == Approx(change_db).margin(1e-9));
}

Result<Preamp> preamp_of(const std::string& source, std::string_view id) {
    const auto solved = test::solved_chain(source, test::box_with_steps_of(3.0));
    return take::preamp_of(solved.solution, id);
}

const std::string chain = R"(
[[source]]
id = "vocal"
average_dbu = -50
peak_dbu = -36
impedance_ohm = 150
[[source.device]]
gear = "box"
input = "mic"
gain_db = 30
pad_db = 0
)";

} // namespace

TEST_CASE("preamp: a change becomes a gain on its scale, the pad stays where the gain will do") {
    check(setting_for(preamp_at(40.0), Gain::from_db(-4.0)), 36.0, 0.0, -4.0);
    check(setting_for(preamp_at(40.0), Gain::from_db(-3.0)), 36.0, 0.0, -4.0);
    check(setting_for(preamp_at(40.0), Gain{}), 40.0, 0.0, 0.0);
    check(setting_for(preamp_at(40.0, -20.0), Gain::from_db(6.0)), 46.0, -20.0, 6.0);
}

TEST_CASE("preamp: the pad goes in where the gain can't go low enough, and out where it can't go "
          "high enough") {
    check(setting_for(preamp_at(14.0), Gain::from_db(-10.0)), 24.0, -20.0, -10.0);
    check(setting_for(preamp_at(56.0, -20.0), Gain::from_db(8.0)), 44.0, 0.0, 8.0);
    // Beyond both: as far as it goes.
    check(setting_for(preamp_at(14.0), Gain::from_db(-40.0)), 10.0, -20.0, -24.0);
    check(setting_for(preamp_at(56.0), Gain::from_db(8.0)), 60.0, 0.0, 4.0);
    Preamp bare = preamp_at(14.0);
    bare.pad = std::nullopt;
    CHECK(!setting_for(bare, Gain::from_db(-10.0)).pad);
    CHECK(setting_for(bare, Gain::from_db(-10.0)).change.db() == Approx(-4.0));
}

TEST_CASE("preamp: of a chain: its gain, steps and pad, and the noise at its converter") {
    for (const char* id : {"vocal", ""}) {
        const auto preamp = preamp_of(chain, id);
        REQUIRE(preamp);
        CHECK(preamp->gain.db() == Approx(30.0));
        CHECK(preamp->gain_is_set);
        REQUIRE(preamp->range.step);
        CHECK(preamp->range.step->db() == Approx(3.0));
        REQUIRE(preamp->pad);
        CHECK(preamp->pad->db() == 0.0);
        CHECK(preamp->pad_loss.db() == Approx(20.0));
        // EIN -128 dBu, 30 dB of gain, 0 dBFS at +10 dBu: -108; the converter's own is at -110.
        CHECK(preamp->noise.db() == Approx(-105.9).margin(0.5));
    }
    const auto other = preamp_of(chain, "drums");
    REQUIRE(!other);
    CHECK(other.error().message().find("vocal") != std::string::npos);
}

TEST_CASE(
    "preamp: a take that is told its chain says gain and pad, and how far its noise lies over "
    "it") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "run.wav";
    write_stem(path,
               planar({recorded(phrase(Instrument::guitar, Seed{3}, 14.0), -2.0, -80.0, Seed{1})}),
               48000.0, audio::io::SampleFormat::int24);
    take::Question question;
    question.next_take = take::NextTake{Seconds{240.0}, Gain::from_db(3.0), Gain::from_db(2.0)};
    question.preamp = preamp_at(40.0);
    const auto take =
        take::inspect(path, verdict::Targets::built_in(), verdict::Rules::built_in(), question);
    REQUIRE(take);
    REQUIRE(take->setting);
    CHECK(take->gain_change.db() == Approx(take->setting->gain.db() - 40.0));
    REQUIRE(take->noise_over_chain);
    CHECK(take->noise_over_chain->db() == Approx(92.0 - 77.0).margin(1.0)); // -80 is -77 by AES17
    std::string text;
    for (const verdict::Finding& finding : take->findings) {
        text += finding.evidence + ' ' + finding.action + '\n';
    }
    CAPTURE(text);
    CHECK(text.find(fmt::format("its gain at {:.3g} dB, its pad left out",
                                take->setting->gain.db())) != std::string::npos);
    CHECK(text.find("dB above what this preamp should do") != std::string::npos);
    question.preamp->noise = DbfsRms{-78.0};
    const auto fine =
        take::inspect(path, verdict::Targets::built_in(), verdict::Rules::built_in(), question);
    REQUIRE(fine);
    for (const verdict::Finding& finding : fine->findings) {
        CHECK(finding.code != "take.noise-over-chain");
    }
}
