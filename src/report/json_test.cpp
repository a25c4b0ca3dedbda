// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "report/json.h"
#include "support/example_production.h"

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

using namespace gainstage;
using Json = nlohmann::ordered_json;

namespace {

// The contract that other programs rely on: docs/reference/json.md.
const std::vector<std::string> meter_keys = {"path",
                                             "sample_rate_hz",
                                             "channels",
                                             "frames",
                                             "duration_s",
                                             "sample_peak_dbfs",
                                             "true_peak_dbtp",
                                             "rms_dbfs",
                                             "rms_aes17_dbfs",
                                             "active_rms_dbfs",
                                             "integrated_lufs",
                                             "max_momentary_lufs",
                                             "max_short_term_lufs",
                                             "loudness_range_lu",
                                             "crest_factor_db",
                                             "plr_db",
                                             "psr_min_db",
                                             "dc_offset",
                                             "correlation",
                                             "clipped_runs",
                                             "noise_floor_dbfs",
                                             "snr_db",
                                             "channels_detail"};

void check_keys(const Json& object, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        CAPTURE(key);
        CHECK(object.contains(key));
    }
}

report::Outcome<measure::MeasuredFile> measured(const char* path, meter::Measurement measurement) {
    measure::MeasuredFile file;
    file.path = path;
    file.measurement = std::move(measurement);
    return {path, file};
}

} // namespace

TEST_CASE("meter's document has every key of the contract, a failed file has its path and the "
          "error only") {
    const std::vector<report::Outcome<measure::MeasuredFile>> files = {
        measured("a.wav", test::example_measurement({.channels = 2})),
        {"bad.wav",
         Error{ErrorKind::unreadable, "bad.wav", "is not an audio file", "look inside"}}};
    const Json json = Json::parse(report::meter_json(files));
    CHECK(json["schema"] == Json{{"name", "gainstage.meter"}, {"version", 1}});
    REQUIRE(json["files"].size() == 2);
    const Json& good = json["files"][0];
    check_keys(good, meter_keys);
    CHECK(good["path"] == "a.wav");
    CHECK(good["sample_rate_hz"] == 48000);
    CHECK(good["clipped_runs"].is_number_integer());
    CHECK(good["frames"].is_number_integer());
    REQUIRE(good["channels_detail"].size() == 2);
    CHECK(good["channels_detail"][0]["speaker"] == "L");
    CHECK(good["channels_detail"][1]["sample_peak_dbfs"] == -9.0);
    const Json& bad = json["files"][1];
    CHECK(bad.size() == 2);
    CHECK(bad["path"] == "bad.wav");
    CHECK(bad["error"] == "bad.wav: is not an audio file; look inside");
}

TEST_CASE("silence and what can't be measured are null, NaN never leaves the program") {
    meter::Measurement silent = test::silent_measurement();
    test::set_reading(silent, "plr_db", std::nan(""));
    const std::string text =
        report::meter_json(std::vector{measured("silent.wav", silent), measured("empty.wav", {})});
    CHECK(text.find("nan") == std::string::npos);
    CHECK(text.find("inf") == std::string::npos);
    const Json json = Json::parse(text);
    CHECK(json["files"][0]["sample_peak_dbfs"].is_null());
    CHECK(json["files"][0]["plr_db"].is_null());
    CHECK(json["files"][0]["correlation"].is_null());
    CHECK(json["files"][1]["duration_s"] == 0.0); // 0 frames at no rate at all
}

TEST_CASE("numbers have full precision, text is UTF-8 whatever the file's name was") {
    meter::Measurement exact = test::example_measurement({});
    test::set_reading(exact, "integrated_lufs", -18.123456789012345);
    const Json json =
        Json::parse(report::meter_json(std::vector{measured("\xFFquote\"\\.wav", exact)}));
    CHECK(json["files"][0]["integrated_lufs"].get<double>() == -18.123456789012345);
    CHECK(json["files"][0]["path"] == "\uFFFDquote\"\\.wav");
}

TEST_CASE("take's document says zone, gain, clipping with times, noise and SNR") {
    const auto& stems = test::example_stems();
    const std::vector<report::Outcome<take::Take>> takes = {
        {"bass di.wav", test::example_take(stems[3])},
        {"kick.wav", test::example_take(stems[0])},
        {"gone.wav", Error{ErrorKind::unreadable, "gone.wav", "isn't there", "look for it"}}};
    const Json json = Json::parse(report::take_json(takes));
    CHECK(json["schema"] == Json{{"name", "gainstage.take"}, {"version", 1}});
    const Json& bass = json["takes"][0];
    check_keys(bass, meter_keys);
    CHECK(bass["zone"] == "red");
    CHECK(bass["gain_change_db"] == -6.0);
    CHECK(bass["clipped"] == true);
    CHECK(bass["clipping"].size() == 47);
    CHECK(bass["clipping"][0]["start_s"] == 12.31);
    CHECK(bass["clipping"][0]["kind"] == "analogue");
    CHECK(bass["noise"]["floor_dbfs"] == -72.0);
    CHECK(bass["noise"]["hum_hz"].is_null());
    CHECK(bass["findings"][0]["code"] == "take.clipped-analogue");
    CHECK(json["takes"][1]["clipped"] == false);
    CHECK(json["takes"][2].size() == 2);
}

TEST_CASE(
    "report.json has takes, plan, mix, masters with the written file's readings, and findings") {
    produce::Production production = test::example_production();
    mix::Track lost;
    lost.file = "lost.wav";
    production.stems.push_back({lost, Error{ErrorKind::unreadable, "lost.wav", "isn't there", ""}});
    production.deliveries.push_back({*verdict::Targets::built_in().medium("cd"),
                                     Error{ErrorKind::unwritable, "x.wav", "disk full", ""}});
    const Json json = Json::parse(report::production_json(production));
    CHECK(json["schema"] == Json{{"name", "gainstage.report"}, {"version", 1}});
    check_keys(json, {"takes", "plan", "mix", "masters", "findings"});
    REQUIRE(json["takes"].size() == 11);
    check_keys(json["takes"][0], meter_keys);
    CHECK(json["takes"][10]["error"] == "lost.wav: isn't there");
    CHECK(json["plan"] == Json::parse(mix::to_json(production.staging.plan)));
    check_keys(json["mix"], meter_keys);
    CHECK(json["mix"]["file"] == "out/mix.wav");
    REQUIRE(json["masters"].size() == 5);
    const Json& master = json["masters"][0];
    check_keys(master, meter_keys);
    check_keys(master, {"medium", "file", "target_lufs", "ceiling_dbtp", "drive_db",
                        "max_gain_reduction_db", "true_peak_16x_dbtp", "loudness_reached"});
    CHECK(master["medium"] == "streaming");
    CHECK(master["file"] == "out/master-streaming.wav");
    CHECK(master["target_lufs"] == -14.0);
    CHECK(master["ceiling_dbtp"] == -1.0);
    CHECK(json["masters"][4]["error"] == "x.wav: disk full");
    REQUIRE(!json["findings"].empty());
    for (const Json& finding : json["findings"]) {
        check_keys(finding, {"code", "severity", "stage", "evidence", "action", "reason"});
    }
}

TEST_CASE("a stage document has the plan, and the mix once there is one") {
    const produce::Production production = test::example_production(2, {});
    const Json planned = Json::parse(report::stage_json(production.staging, nullptr));
    CHECK(planned["schema"]["name"] == "gainstage.stage");
    CHECK(planned["tracks"].size() == 2);
    CHECK(planned["mix"].is_null());
    const Json mixed = Json::parse(report::stage_json(production.staging, &production.mix));
    check_keys(mixed["mix"], meter_keys);
    CHECK(Json::parse(report::applied_json(production.staging.plan, production.mix))["mix"] ==
          mixed["mix"]);
}

TEST_CASE("master's document has a row a file and medium, failures among them") {
    const produce::Production production = test::example_production(1, {"podcast"});
    const std::vector<report::MasterOutcome> masters = {
        {"out/mix.wav", production.deliveries[0].medium, production.deliveries[0].master},
        {"bad.wav", production.deliveries[0].medium,
         Error{ErrorKind::unreadable, "bad.wav", "isn't there", ""}}};
    const Json json = Json::parse(report::master_json(masters));
    CHECK(json["schema"] == Json{{"name", "gainstage.master"}, {"version", 1}});
    check_keys(json["masters"][0], meter_keys);
    CHECK(json["masters"][0]["source"] == "out/mix.wav");
    CHECK(json["masters"][1] ==
          Json{{"source", "bad.wav"}, {"medium", "podcast"}, {"error", "bad.wav: isn't there"}});
}

TEST_CASE("every key whose value is a level, a time or a rate ends in its unit") {
    const std::vector<std::string> units = {"_db", "_dbfs", "_dbtp", "_lufs", "_lu", "_s", "_hz"};
    // Counts, ratios and linear values have none; `version` is the schema's.
    const std::vector<std::string> bare = {"version",
                                           "blue", // shares of the four zones
                                           "green",
                                           "yellow",
                                           "red",
                                           "channels",
                                           "channel",
                                           "frames",
                                           "clipped_runs",
                                           "clipped_spots",
                                           "held_peaks",
                                           "dropouts",
                                           "repeated_buffers",
                                           "clicks",
                                           "wrong_samples",
                                           "non_finite_samples",
                                           "dc_offset",
                                           "correlation",
                                           "stereo_width",
                                           "loudness_weight",
                                           "pan",
                                           "limited_share"};
    const std::function<void(const Json&)> visit = [&](const Json& json) {
        for (const auto& [key, value] : json.items()) {
            if (json.is_object() && value.is_number()) {
                CAPTURE(key);
                const bool ends = std::ranges::any_of(
                    units, [&k = key](const std::string& unit) { return k.ends_with(unit); });
                CHECK((ends || std::ranges::find(bare, key) != bare.end()));
            }
            if (value.is_structured()) {
                visit(value);
            }
        }
    };
    visit(Json::parse(report::production_json(test::example_production())));
}
