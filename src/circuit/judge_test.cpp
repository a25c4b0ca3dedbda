// SPDX-License-Identifier: MIT
// Every finding of the area "chain": a chain in which it fires, and one beside it in which it
// doesn't.
#include <catch2/catch.hpp>

#include "circuit/judge.h"

#include <algorithm>
#include <set>

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

struct Case {
    const char* code;
    std::string fires;
    std::string not_so;
    std::string calibration = ""; ///< that lies beside both
};

std::string device(const std::string& gear, const std::string& more = "") {
    return "[[source.device]]\ngear = \"" + gear + "\"\n" + more;
}

std::string heard(const std::string& gear, const std::string& more = "") {
    return "[[playback.device]]\ngear = \"" + gear + "\"\n" + more;
}

std::string source(const std::string& what, const std::string& id = "s") {
    return "[[source]]\nid = \"" + id + "\"\n" + what;
}

const std::string sung = "average_db_spl = 90\npeak_db_spl = 104\n";
const std::string dynamic = source("microphone = \"shure-sm57\"\n" + sung);
const std::string condenser = source("microphone = \"neumann-u87-ai\"\n" + sung);
const std::string ribbon = source("microphone = \"royer-r-121\"\n" + sung);
const std::string bass = source("instrument = \"bass-passive\"\n");
const std::string piezo = source("instrument = \"acoustic-piezo-undersaddle\"\n");
const std::string box = device("focusrite-scarlett-2i2-4", "input = \"mic\"\n");
const std::string line = device("focusrite-scarlett-2i2-4", "input = \"line\"\n");
const std::string hiz = device("focusrite-scarlett-2i2-4", "input = \"hiz\"\n");

const std::string of_mic_input =
    "[[input]]\nsource = \"s\"\ngear = \"focusrite-scarlett-2i2-4\"\ninput = \"mic\"\n"
    "gain_db = 30\ntone_hz = 997\ntone_dbu = -40\ntone_dbfs = -26\n"
    "sheet_full_scale_dbu = 16\ndifference_db = 0\n";

std::string pair(double spl_per_mw, double ohm, double wanted) {
    return "[[playback]]\nid = \"p\"\ntarget_db_spl = " + std::to_string(wanted) + '\n' +
           heard("focusrite-scarlett-2i2-3", "output = \"headphone\"\n") +
           "[[playback.device]]\nload = \"pair\"\nimpedance_ohm = " + std::to_string(ohm) +
           "\nsensitivity_db_spl_per_mw = " + std::to_string(spl_per_mw) + '\n';
}

std::string monitors(double wanted) {
    return "[[playback]]\nid = \"p\"\ntarget_db_spl = " + std::to_string(wanted) + '\n' +
           heard("focusrite-scarlett-2i2-3") + heard("genelec-8030c", "distance_m = 2\n");
}

std::string deck(double volume_db) {
    return "[[playback]]\nid = \"p\"\naverage_dbfs = -20\npeak_dbfs = -6\n" +
           heard("avid-hd-io", "gain_db = " + std::to_string(volume_db) + '\n') +
           "[[playback.device]]\nload = \"deck\"\nimpedance_ohm = 47000\nnominal_dbu = -7.8\n"
           "max_input_dbu = 8\n";
}

std::string reamped(const std::string& with_box) {
    return "[[playback]]\nid = \"p\"\naverage_dbfs = -18\nas_instrument = "
           "\"guitar-humbucker-paf\"\n" +
           heard("focusrite-scarlett-2i2-4", "gain_db = 0\n") + with_box +
           heard("guitar-amp-tube-100w");
}

std::vector<Case> cases() {
    const std::string unbalanced = "guitar-cable-typical";
    const std::string jitter = "jitter_ps = ";
    return {
        {"chain.speaker-into-input", source("amplifier = \"guitar-amp-tube-100w\"\n") + line,
         source("amplifier = \"guitar-amp-tube-100w\"\n") + device("celestion-v30")},
        {"chain.phantom-harmful",
         ribbon + device("focusrite-scarlett-2i2-4", "input = \"mic\"\nphantom = true\n"),
         ribbon + device("cloudlifter-cl-1") +
             device("focusrite-scarlett-2i2-4", "input = \"mic\"\nphantom = true\n")},
        {"chain.phantom-missing",
         condenser + device("focusrite-scarlett-2i2-4", "input = \"mic\"\nphantom = false\n"),
         condenser + box},
        {"chain.input-taken",
         dynamic + device("motu-m4", "channel = 1\n") +
             source("instrument = \"bass-passive\"\n", "t") + device("motu-m4", "channel = 1\n"),
         dynamic + device("motu-m4", "channel = 1\n") +
             source("instrument = \"bass-passive\"\n", "t") + device("motu-m4", "channel = 2\n")},
        {"chain.sample-rate",
         "[recording]\nsample_rate_hz = 48000\n" + dynamic +
             device("focusrite-scarlett-2i2-4", "sample_rate_hz = 44100\n"),
         "[recording]\nsample_rate_hz = 44100\n" + dynamic +
             device("focusrite-scarlett-2i2-4", "sample_rate_hz = 44100\n")},
        {"chain.clocks",
         dynamic + device("motu-m4", "clock = \"internal\"\n") +
             source("instrument = \"bass-passive\"\n", "t") +
             device("avid-hd-io", "clock = \"internal\"\n"),
         dynamic + device("motu-m4", "clock = \"internal\"\n") +
             source("instrument = \"bass-passive\"\n", "t") +
             device("avid-hd-io", "clock = \"external\"\n")},
        {"chain.mic-into-line", dynamic + line, dynamic + box},
        {"chain.too-hot",
         source("microphone = \"neumann-u87-ai\"\naverage_db_spl = 130\npeak_db_spl = 145\n") + box,
         condenser + box},
        {"chain.output-too-hot", deck(0.0), deck(-20.0)},
        {"chain.target-missed",
         source("microphone = \"shure-sm57\"\naverage_db_spl = 50\npeak_db_spl = 62\n") + box,
         dynamic + box},
        {"chain.instrument-into-line",
         bass + line.substr(0, line.find("input")) + "input = \"mic\"\n", bass + hiz},
        {"chain.passive-where-active",
         piezo + device("radial-jdi") + device("neve-1073", "input_impedance_ohm = 300\n"),
         piezo + device("countryman-type-10") + box},
        {"chain.consumer-into-pro",
         source("instrument = \"line-consumer-minus10\"\n") + device("avid-hd-io"),
         source("instrument = \"line-pro-plus4\"\n") + device("avid-hd-io")},
        {"chain.pro-into-consumer", deck(0.0), deck(-12.0)},
        {"chain.reamp-without-box", reamped(""), reamped(heard("radial-reamp-jcr"))},
        {"chain.headphones-too-quiet", pair(90.0, 600.0, 95.0), pair(110.0, 32.0, 95.0)},
        {"chain.headphones-could-hurt", pair(110.0, 32.0, 80.0), pair(90.0, 600.0, 70.0)},
        {"chain.level-missed", monitors(105.0), monitors(75.0)},
        {"chain.long-unbalanced", bass + device(unbalanced, "length_m = 10\n") + hiz,
         bass + device(unbalanced, "length_m = 6\n") + hiz},
        {"chain.impedance",
         ribbon + device("neve-1073", "input_impedance_ohm = 300\n") + device("avid-hd-io"),
         ribbon + device("grace-m101") + device("avid-hd-io")},
        {"chain.noisy",
         source("microphone = \"royer-r-121\"\naverage_db_spl = 45\npeak_db_spl = 57\n") + box,
         dynamic + box},
        {"chain.jitter-audible",
         source("instrument = \"keyboard-line\"\n") +
             device("focusrite-scarlett-2i2-4", "input = \"line\"\n" + jitter + "5000\n"),
         source("instrument = \"keyboard-line\"\n") +
             device("focusrite-scarlett-2i2-4", "input = \"line\"\n" + jitter + "50\n")},
        {"chain.jitter-inaudible",
         source("instrument = \"keyboard-line\"\n") +
             device("focusrite-scarlett-2i2-4", "input = \"line\"\n" + jitter + "50\n"),
         source("instrument = \"keyboard-line\"\n") +
             device("focusrite-scarlett-2i2-4", "input = \"line\"\n" + jitter + "5000\n")},
        {"chain.calibration-misfit", dynamic + line, dynamic + box, of_mic_input},
        {"chain.assumed", dynamic + device("presonus-studio-24c", "input = \"mic\"\n"),
         source("average_dbu = 0\npeak_dbu = 10\n") +
             device("focusrite-scarlett-2i2-4", "input = \"mic\"\ngain_tolerance_db = 0\n")},
        {"chain.unverified", dynamic + box,
         source("average_dbu = 0\npeak_dbu = 3\n") + "[[source.device]]\nload = \"desk\"\n"},
        {"chain.healthy", condenser + box, dynamic + line},
    };
}

std::set<std::string> codes_of(const std::string& text, const std::string& calibrated) {
    const auto document = ChainDocument::parse(text, "x.chain.toml", GearLibrary::built_in());
    if (!document) {
        FAIL(document.error().message() << "\n" << text);
    }
    const auto& targets = verdict::Targets::built_in();
    const auto calibration = InputCalibration::parse(calibrated, "x.chain.calibration.toml");
    REQUIRE(calibration);
    const auto solution = solve(*document, targets, {}, *calibration);
    REQUIRE(solution);
    std::set<std::string> codes;
    for (const auto& finding : judge(*document, *solution, targets, verdict::Rules::built_in())) {
        codes.insert(finding.code);
        for (const std::string* sentence : {&finding.evidence, &finding.action, &finding.reason}) {
            CAPTURE(finding.code, *sentence);
            CHECK(sentence->find("not measured") == std::string::npos);
        }
    }
    return codes;
}

} // namespace

TEST_CASE("every finding of a chain fires where it should, and not beside it") {
    for (const Case& one : cases()) {
        CAPTURE(one.code);
        CHECK(codes_of(one.fires, one.calibration).contains(one.code));
        CHECK(!codes_of(one.not_so, one.calibration).contains(one.code));
    }
}

TEST_CASE("every finding of a chain has a case") {
    for (const auto& rule : verdict::Rules::built_in().all()) {
        if (rule.code.starts_with("chain.")) {
            CAPTURE(rule.code);
            const auto all = cases();
            CHECK(std::ranges::find(all, rule.code, &Case::code) != all.end());
        }
    }
}

TEST_CASE(
    "a loudspeaker output in a line input: the finding says volts, watts and what it would hit") {
    const auto document = ChainDocument::parse(
        source("amplifier = \"guitar-amp-tube-100w\"\n") + line, "x", GearLibrary::built_in());
    REQUIRE(document);
    const auto& targets = verdict::Targets::built_in();
    const auto solution = solve(*document, targets);
    REQUIRE(solution);
    const auto findings = judge(*document, *solution, targets, verdict::Rules::built_in());
    REQUIRE(!findings.empty());
    CHECK(findings[0].code == "chain.speaker-into-input");
    CHECK(findings[0].evidence.find("28 V (+31 dBu, 100 W into 8 ohm)") != std::string::npos);
    CHECK(findings[0].evidence.find("Focusrite Scarlett 2i2 (4th Gen)") != std::string::npos);
}
