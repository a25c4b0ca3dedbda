// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "mix/plan.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;
using mix::Plan;
using mix::PlannedTrack;

namespace {

Plan example() {
    Plan plan;
    plan.title = "Night \"Bus\"";
    plan.folder = "/music/night bus";
    plan.sample_rate = Hertz{48000.0};
    plan.tracks.push_back({"Kick", "01 Kick.wav", "kick", Gain::from_db(-3.25), Gain::from_db(-1.0),
                           0.0, "t1", "f1", "p1"});
    plan.tracks.push_back({"Vox \xC3\xA9", "sub/vox.flac", "lead-vocal", Gain::from_db(12.0),
                           Gain::mute(), -0.3, "t2", "f2", "p2"});
    plan.mix_gain = Gain::from_db(-7.125);
    plan.mix_gain_reason = "because";
    return plan;
}

void require_equal(const Plan& a, const Plan& b) {
    CHECK(a.title == b.title);
    CHECK(a.folder == b.folder);
    CHECK(a.sample_rate == b.sample_rate);
    CHECK(a.mix_gain == b.mix_gain);
    CHECK(a.mix_gain_reason == b.mix_gain_reason);
    REQUIRE(a.tracks.size() == b.tracks.size());
    for (std::size_t i = 0; i < a.tracks.size(); ++i) {
        const PlannedTrack& x = a.tracks[i];
        const PlannedTrack& y = b.tracks[i];
        CHECK(x.name == y.name);
        CHECK(x.file == y.file);
        CHECK(x.role == y.role);
        CHECK(x.trim == y.trim);
        CHECK(x.fader == y.fader);
        CHECK(x.pan == y.pan);
        CHECK(x.trim_reason == y.trim_reason);
        CHECK(x.fader_reason == y.fader_reason);
        CHECK(x.pan_reason == y.pan_reason);
    }
}

/// The example's JSON with `from` replaced, and what reading it complains of.
std::string fault_of(const std::string& from, const std::string& to) {
    std::string json = mix::to_json(example());
    const std::size_t at = json.find(from);
    REQUIRE(at != std::string::npos);
    json.replace(at, from.size(), to);
    const auto plan = mix::plan_from_json(json, "plan.json");
    return plan ? "(no fault)" : plan.error().message();
}

} // namespace

TEST_CASE("plan: written and read back it is the same, a line a track") {
    const std::string json = mix::to_json(example());
    const auto plan = mix::plan_from_json(json, "plan.json");
    REQUIRE(plan);
    require_equal(*plan, example());
    CHECK(mix::to_json(*plan) == json);
    CHECK(json.find("\n    {\"name\": \"Kick\", \"file\": \"01 Kick.wav\", \"role\": \"kick\", "
                    "\"trim_db\": -3.25, "
                    "\"fader_db\": -1.0, \"pan\": 0.0, \"trim_reason\": \"t1\"") !=
          std::string::npos);
    CHECK(std::count(json.begin(), json.end(), '\n') == 12);
}

TEST_CASE("plan: any numbers and names survive the way out and back exactly") {
    rc::prop("round trip", [] {
        Plan plan = example();
        const auto db = [] {
            return Gain::from_db(*rc::gen::inRange(-1'000'000'000, 1'000'000'000) * 1e-6 / 3.0);
        };
        plan.mix_gain = db();
        for (PlannedTrack& track : plan.tracks) {
            track.trim = db();
            track.fader = db();
            track.pan = *rc::gen::inRange(-1'000'000, 1'000'001) / 1e6;
            track.name = *rc::gen::string<std::string>();
            std::erase_if(track.name, [](char c) {
                return static_cast<unsigned char>(c) >= 0x80;
            }); // UTF-8 only
            track.trim_reason = track.name + "\n\"\\";
        }
        const auto back = mix::plan_from_json(mix::to_json(plan), "plan.json");
        RC_ASSERT(back.ok());
        for (std::size_t i = 0; i < plan.tracks.size(); ++i) {
            RC_ASSERT(back->tracks[i].trim == plan.tracks[i].trim);
            RC_ASSERT(back->tracks[i].fader == plan.tracks[i].fader);
            RC_ASSERT(back->tracks[i].pan == plan.tracks[i].pan);
            RC_ASSERT(back->tracks[i].name == plan.tracks[i].name);
            RC_ASSERT(back->tracks[i].trim_reason == plan.tracks[i].trim_reason);
        }
        RC_ASSERT(back->mix_gain == plan.mix_gain);
    });
}

TEST_CASE("plan: a relative folder counts from the plan's own place, an absolute one stands") {
    Plan plan = example();
    plan.folder = "../stems";
    CHECK(mix::plan_from_json(mix::to_json(plan), "/a/b/plan.json")->folder == "/a/stems");
    plan.folder = "";
    CHECK(mix::plan_from_json(mix::to_json(plan), "/a/b/plan.json")->folder == "/a/b/");
    plan.folder = "/elsewhere";
    CHECK(mix::plan_from_json(mix::to_json(plan), "/a/b/plan.json")->folder == "/elsewhere");
}

TEST_CASE("plan: a title that is no UTF-8 still gives JSON") {
    Plan plan = example();
    plan.title = "\xFF";
    CHECK(mix::plan_from_json(mix::to_json(plan), "plan.json")->title == "\xEF\xBF\xBD");
}

TEST_CASE("plan: every fault of an edited plan is one line that says what to do") {
    CHECK(fault_of("\"trim_db\": -3.25", "\"trim_db\": null") ==
          "plan.json: track 1: \"trim_db\" is not a number; write it without quotes");
    CHECK(fault_of("\"trim_db\": -3.25", "\"trim_db\": \"-3\"") ==
          "plan.json: track 1: \"trim_db\" is not a number; write it without quotes");
    CHECK(fault_of("\"trim_db\": -3.25", "\"trim_db\": -3.25, \"trim_db\": 2") ==
          "plan.json: the key \"trim_db\" is there twice in one object; remove one");
    CHECK(fault_of("\"trim_db\": -3.25, ", "") ==
          "plan.json: track 1: \"trim_db\" is missing; add it, or write the plan anew");
    CHECK(fault_of("\"trim_db\": -3.25", "\"trim_db\": NaN").starts_with("plan.json:7:"));
    CHECK(fault_of("\"trim_db\": -3.25", "\"trim_db\": 1e999") ==
          "plan.json: holds a number out of range; correct it");
    CHECK(
        fault_of("\"trim_db\": -3.25", "\"trim_db\": 1e6") ==
        "plan.json: track 1: \"trim_db\" is 1e+06, out of range; give a number from -1000 to 1000");
    CHECK(fault_of("\"pan\": -0.3", "\"pan\": -1.5") ==
          "plan.json: track 2: \"pan\" is -1.5, out of range; give a number from -1 to 1");
    CHECK(fault_of("\"role\": \"kick\"", "\"rule\": \"kick\"") ==
          "plan.json: track 1: \"role\" is missing; add it, or write the plan anew");
    CHECK(fault_of("\"role\": \"kick\"", "\"role\": \"kick\", \"mute\": true") ==
          "plan.json: track 1: unknown key \"mute\"; use one of name, file, role, trim_db, "
          "fader_db, pan, trim_reason, "
          "fader_reason, pan_reason");
    CHECK(fault_of("01 Kick.wav", "") ==
          "plan.json: track 1: \"file\" names no file; give the stem's file name");
    CHECK(fault_of("\"sample_rate_hz\": 48000.0", "\"sample_rate_hz\": 47999.5") ==
          "plan.json: \"sample_rate_hz\" is not a whole number; such as 48000");
    CHECK(fault_of("\"mix_gain_db\"", "\"gain\"") ==
          "plan.json: \"mix_gain_db\" is missing; add it, or write the plan anew");
    CHECK(fault_of("\"title\"", "\"artist\": \"us\", \"title\"")
              .starts_with("plan.json: unknown key \"artist\"; use one of "));
    CHECK(fault_of("gainstage.plan", "gainstage.meter") ==
          "plan.json: is not a plan but a gainstage.meter; give a file that --plan has written");
    CHECK(
        fault_of("\"version\": 1", "\"version\": 2") ==
        "plan.json: is a plan of version 2, and this program reads version 1; write the plan anew");
    CHECK(fault_of("\"title\"", "title") ==
          "plan.json:3:4: is not JSON from here on; correct that line");
    const auto message = [](const char* json) {
        return mix::plan_from_json(json, "p").error().message();
    };
    CHECK(message("") == "p:1:1: is not JSON from here on; correct that line");
    CHECK(message("[]") ==
          "p: is not a plan: it has no schema; give a file that --plan has written");
    CHECK(message("{\"schema\": 1}") ==
          "p: is not a plan: it has no schema; give a file that --plan has written");
    CHECK(message("{\"schema\": {\"name\": \"gainstage.plan\", \"version\": 1}, \"title\": \"\", "
                  "\"folder\": \"\", "
                  "\"sample_rate_hz\": 48000, \"tracks\": [], \"mix_gain_db\": 0, "
                  "\"mix_gain_reason\": \"\"}") ==
          "p: \"tracks\" is not a list of tracks; write the plan anew");
}
