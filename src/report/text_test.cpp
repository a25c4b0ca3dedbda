// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "report/escape.h"
#include "report/text.h"
#include "support/example_production.h"
#include "support/find_text.h"

using namespace gainstage;
using namespace gainstage::report;

namespace {

Outcome<measure::MeasuredFile> measured(const std::string& path, meter::Measurement measurement) {
    measure::MeasuredFile file;
    file.path = path;
    file.measurement = std::move(measurement);
    return {path, file};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = std::min(text.find('\n', from), text.size());
        lines.push_back(text.substr(from, to - from));
        from = to + 1;
    }
    return lines;
}

const Error bad{ErrorKind::unreadable, "bad.wav", "is not an audio file", "look inside"};

} // namespace

TEST_CASE("meter: one file is a list of every reading with its standard, and its channels") {
    const std::string text =
        meter_text(std::vector{measured("song.wav", test::example_measurement({.channels = 2}))});
    CHECK(lines_of(text).front() == "song.wav");
    CHECK(test::has(text, "stereo, 48 kHz, 3:24.0"));
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        if (!reading->always) {
            continue;
        }
        CAPTURE(reading->key);
        CHECK(test::has(text, std::string(reading->label)));
        CHECK(test::has(text, std::string(reading->standard)));
    }
    CHECK(test::has(text, "-9.00"));
    CHECK(!test::has(text, "mono:"));
}

TEST_CASE(
    "meter: many files are a table with units in its heading, silence is -inf, unknown a dash") {
    const std::string text =
        meter_text(std::vector{measured("loud.wav", test::example_measurement({.channels = 2})),
                               measured("silent.wav", test::silent_measurement())});
    CHECK(test::has(text, "LUFS"));
    CHECK(test::has(text, "-19.00"));
    CHECK(test::has(text, "-inf"));
    CHECK(test::has(text, "\u2014"));
    const std::string ascii = meter_text(std::vector{measured("a.wav", test::silent_measurement()),
                                                     measured("b.wav", test::silent_measurement())},
                                         {.unicode = false});
    CHECK(std::ranges::all_of(ascii, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST_CASE("meter: no line is wider than the terminal, whatever the files are called") {
    const std::string name(90, 'n');
    const std::vector<Outcome<measure::MeasuredFile>> files = {
        measured(name + "1.wav", test::example_measurement({})),
        measured(name + "2.wav", test::example_measurement({}))};
    for (const int width : {60, 80, 132}) {
        for (const std::string& line : lines_of(meter_text(files, {.width = width}))) {
            CAPTURE(line);
            CHECK(display_width(line) <= width);
        }
    }
}

TEST_CASE("meter: for mono the convention is said") {
    meter::Measurement mono = test::example_measurement({});
    CHECK(test::has(meter_text(std::vector{measured("m.wav", mono)}),
                    "measured as one channel on one loudspeaker"));
    mono.dual_mono = true;
    CHECK(test::has(meter_text(std::vector{measured("m.wav", mono)}), "dual mono"));
}

TEST_CASE("meter: files that failed are listed, nothing but failures and nothing at all are fine") {
    const std::vector<Outcome<measure::MeasuredFile>> files = {
        measured("a.wav", test::example_measurement({})), {"bad.wav", bad}};
    CHECK(test::has(meter_text(files), "failed: bad.wav: is not an audio file; look inside"));
    CHECK(meter_text(std::vector<Outcome<measure::MeasuredFile>>{{"bad.wav", bad}}) ==
          "  failed: bad.wav: is not an audio file; look inside\n");
    CHECK(meter_text({}).empty());
}

TEST_CASE(
    "take: a line a stem says zone, levels, what to do and how often it clipped, findings follow "
    "as sentences") {
    const auto& stems = test::example_stems();
    const std::vector<Outcome<take::Take>> takes = {
        {"in/bass di.wav", test::example_take(stems[3])},
        {"in/lead vocal.wav", test::example_take(stems[8])},
        {"in/kick.wav", test::example_take(stems[0])},
        {"bad.wav", bad}};
    const std::string text = take_text(takes);
    CHECK(test::has(text, "red, clips"));
    CHECK(test::has(text, "turn down 6 dB"));
    CHECK(test::has(text, "47 x"));
    CHECK(test::has(text, "blue, too quiet"));
    CHECK(test::has(text, "turn up 20 dB"));
    CHECK(test::has(text, "leave it"));
    CHECK(test::has(text,
                    "error: 47 flat tops at -4.1 dBFS, below full scale: the preamp clipped, and "
                    "the file was turned down "
                    "later. Record it again with the preamp 6 dB lower"));
    CHECK(test::has(text, "failed: bad.wav"));
}

TEST_CASE("control characters in names and sentences never reach the terminal") {
    take::Take take = test::example_take(test::example_stems()[3]);
    take.findings[0].evidence = "evil \x1b[2J";
    const std::vector<Outcome<take::Take>> takes = {{"evil\x1b]0;name\a.wav", take}};
    CHECK(take_text(takes).find('\x1b') == std::string::npos);
    CHECK(meter_text(std::vector{measured("evil\x1b[2J.wav", {}), measured("b\r.wav", {})})
              .find_first_of("\x1b\r") == std::string::npos);
    CHECK(meter_text(std::vector{measured("evil\x1b[2J.wav", {})}).find('\x1b') ==
          std::string::npos);
}

TEST_CASE("stage: the plan with its reasons, and the mix once it is rendered") {
    const produce::Production production = test::example_production();
    const std::string text = stage_text(production.staging, &production.mix);
    CHECK(test::has(text, "21.19")); // the vocal's trim
    CHECK(test::has(text, "70 % left"));
    CHECK(test::has(text, "mix gain -3.20 dB on all tracks alike."));
    CHECK(test::has(text, "expected peak of the mix -4.50 dBFS"));
    CHECK(test::has(text, "true peak -4.29 dBTP, -20.80 LUFS"));
    CHECK(!test::has(stage_text(production.staging, nullptr), "LUFS"));
}

TEST_CASE("master: what was reached beside what was asked for") {
    const produce::Production production = test::example_production();
    std::vector<MasterOutcome> masters;
    for (const auto& delivery : production.deliveries) {
        masters.push_back({"mix.wav", delivery.medium, delivery.master});
    }
    masters.push_back({"bad.wav", production.deliveries[0].medium, bad});
    const std::string text = master_text(masters);
    CHECK(test::has(text, "-14.02"));
    CHECK(test::has(text, "in spec"));
    CHECK(test::has(text, "1.31 LU too quiet"));
    CHECK(test::has(text, "failed: bad.wav"));
}

TEST_CASE("produce: everything in one text, errors before warnings, notes left to the report") {
    const produce::Production production = test::example_production();
    const std::string text = produce_text(production, verdict::Targets::built_in(), {.width = 100});
    for (const char* part : {"Harbour Lights", "lead vocal", "Levels of the mix and its masters",
                             "master-podcast.wav", "To do first"}) {
        CAPTURE(part);
        CHECK(test::has(text, part));
    }
    CHECK(text.find("error: bass di") < text.find("warning: e-gtr right"));
    CHECK(!test::has(text, "44.1 kHz in a session"));
    CHECK(text == produce_text(production, verdict::Targets::built_in(), {.width = 100}));
    CHECK_NOTHROW(produce_text({}, verdict::Targets::built_in(), {}));
}
