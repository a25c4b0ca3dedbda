// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "circuit/calibration.h"
#include "circuit/solver.h"

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

const std::string generator = "[[source]]\nid = \"g\"\naverage_dbu = 4\npeak_dbu = 4\n"
                              "impedance_ohm = 600\n";
const std::string into_line =
    "[[source.device]]\ngear = \"focusrite-scarlett-2i2-4\"\ninput = \"line\"\n";

ChainDocument chain(const std::string& text) {
    auto document = ChainDocument::parse(text, "g.chain.toml", GearLibrary::built_in());
    REQUIRE(document);
    return std::move(*document);
}

ChainSolution solved(const ChainDocument& document, const InputCalibration& calibration = {}) {
    auto solution = solve(document, verdict::Targets::built_in(), {}, calibration);
    REQUIRE(solution);
    return std::move(*solution);
}

RecordedTone read(double dbfs) { return {Hertz{997.0}, DbfsRms{dbfs}, "tone.wav"}; }

} // namespace

TEST_CASE("calibration: what the tone should have read, less what it did, and the model says so") {
    const auto document = chain(generator + into_line + "gain_db = 0\n");
    const auto before = solved(document);
    const double predicted_dbfs = before.sources[0].best.recorded->average.db();
    const auto input = calibrated(before.sources[0], read(predicted_dbfs - 0.7), {}, "x");
    REQUIRE(input);
    CHECK(input->difference.db() == Approx(0.7).margin(1e-6));
    CHECK(input->input == "line");
    // 600 ohm into 60 kohm
    CHECK(input->sent.db() == Approx(4.0 - 0.0864).margin(0.001));
    const auto after = solved(document, {{*input}});
    CHECK(after.misfits.empty());
    const Recorded& recorded = *after.sources[0].best.recorded;
    CHECK(recorded.average.db() == Approx(predicted_dbfs - 0.7).margin(1e-6));
    REQUIRE(recorded.calibrated);
    CHECK(recorded.calibrated->db() == Approx(0.7).margin(1e-6));
    // The converter's noise keeps its distance from full scale.
    CHECK(recorded.noise.db() == Approx(before.sources[0].best.recorded->noise.db()).margin(0.7));
}

TEST_CASE("calibration: a voltmeter's reading at the input needs no level of the source") {
    const auto document =
        chain("[[source]]\nid = \"g\"\nmicrophone = \"shure-sm57\"\naverage_db_spl = 94\n"
              "peak_db_spl = 97\n" +
              into_line + "gain_db = 10\n");
    const auto solution = solved(document);
    const auto input = calibrated(solution.sources[0], read(-12.0), Dbu{0.0}, "x");
    REQUIRE(input);
    // 0 dBu and 10 dB of gain: -12 dBFS under a sheet's +22 dBu.
    CHECK(input->difference.db() == Approx(0.0).margin(0.001));
    const auto unknown = calibrated(solution.sources[0], read(-12.0), {}, "x");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().message().find("say --dbu") != std::string::npos);
}

TEST_CASE(
    "calibration: a knob or switch that was left open, and what no input is off by, are refused") {
    const auto without_gain = chain(generator + into_line);
    const auto open_gain = solved(without_gain);
    const auto one = calibrated(open_gain.sources[0], read(-18.0), {}, "x");
    REQUIRE_FALSE(one);
    CHECK(one.error().message().find("leaves the gain of Focusrite") != std::string::npos);
    const auto without_input =
        chain(generator + "[[source.device]]\ngear = \"focusrite-scarlett-2i2-4\"\ngain_db = 0\n");
    const auto open_input = solved(without_input);
    const auto two = calibrated(open_input.sources[0], read(-18.0), {}, "x");
    REQUIRE_FALSE(two);
    CHECK(two.error().message().find("leaves the switches") != std::string::npos);
    const auto set = chain(generator + into_line + "gain_db = 0\n");
    const auto far = calibrated(solved(set).sources[0], read(-40.0), {}, "x");
    REQUIRE_FALSE(far);
    CHECK(far.error().message().find("reads -40.0 dBFS: no input is") != std::string::npos);
}

TEST_CASE("calibration: isn't used where source, input or data sheet are others now") {
    const auto document = chain(generator + into_line + "gain_db = 0\n");
    auto input = *calibrated(solved(document).sources[0], read(-18.2), {}, "x");
    CHECK(misfits({{input}}, document).empty());
    for (const auto& change : std::vector<void (*)(CalibratedInput&)>{
             [](CalibratedInput& other) { other.source = "h"; },
             [](CalibratedInput& other) { other.input = "mic"; },
             [](CalibratedInput& other) { other.gear = "avid-hd-io"; },
             [](CalibratedInput& other) { other.sheet_full_scale = Dbu{20.0}; }}) {
        CalibratedInput other = input;
        change(other);
        const auto solution = solved(document, {{other}});
        CHECK(solution.misfits.size() == 1);
        CHECK_FALSE(solution.sources[0].best.recorded->calibrated);
    }
}

TEST_CASE("calibration: written, read again, put in the place of the one before, and comments stay") {
    CalibratedInput input{.source = "a \"b\"\n",
                          .gear = "focusrite-scarlett-2i2-4",
                          .input = "line",
                          .channel = 2,
                          .gain = Gain::from_db(12.0),
                          .sent = Dbu{4.0},
                          .recorded = DbfsRms{-18.25},
                          .recording = "tone.wav",
                          .sheet_full_scale = Dbu{22.0},
                          .difference = Gain::from_db(0.25)};
    const auto first = with_input("", "c.toml", input, "c.chain.toml");
    REQUIRE(first);
    CalibratedInput other = input;
    other.channel = 1;
    const auto both = with_input(*first + "# mine\n", "c.toml", other, "c.chain.toml");
    REQUIRE(both);
    input.difference = Gain::from_db(-0.5);
    const auto changed = with_input(*both, "c.toml", input, "c.chain.toml");
    REQUIRE(changed);
    CHECK(changed->find("# mine") != std::string::npos);
    CHECK(changed->find("# 0 dBFS takes so much more") != std::string::npos);
    const auto again = InputCalibration::parse(*changed, "c.toml");
    REQUIRE(again);
    REQUIRE(again->inputs.size() == 2);
    CHECK(again->inputs[0].source == input.source);
    CHECK(again->inputs[0].difference.db() == Approx(-0.5));
    CHECK(again->inputs[1].difference.db() == Approx(0.25));
    // Once more is the same text.
    CHECK(*with_input(*changed, "c.toml", input, "c.chain.toml") == *changed);
}

TEST_CASE(
    "calibration: a file that is none, or is wrong, says line and column and isn't rewritten") {
    const auto fault = [](const std::string& text) {
        const auto parsed = InputCalibration::parse(text, "c.toml");
        return parsed ? "" : parsed.error().message();
    };
    CHECK(fault("title = \"a chain\"\n").starts_with("c.toml:1:1: unknown key \"title\""));
    CHECK(fault("[[input]]\nsource = \"a\"\n").starts_with("c.toml:1:1: [[input]] has no gear"));
    CHECK(fault("input = 3\n").starts_with("c.toml:1:9: input is not a list of tables"));
    CHECK(fault("[[input]]\nsource = \"a\"\ngear = \"b\"\ninput = \"mic\"\ngain_db = nan\n")
              .starts_with("c.toml:5:11: gain_db = nan is out of range"));
    CHECK_FALSE(with_input("title = 1\n", "c.toml", {}, "c.chain.toml"));
    CHECK(calibration_file("a/b.chain.toml") == "a/b.chain.calibration.toml");
    CHECK(InputCalibration::parse("", "c.toml")->inputs.empty());
}
