// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "report/diagram_scale.h"
#include "report/escape.h"
#include "report/level_diagram.h"
#include "report/table.h"
#include "support/example_production.h"
#include "support/find_text.h"
#include "support/xml_check.h"

#include <cmath>

using namespace gainstage;
using namespace gainstage::report;

namespace {

LevelDiagram two_stages() {
    LevelDiagram diagram;
    diagram.title = "Kick & <snare>";
    diagram.stages = {{"recorded", "", -72.0, -24.0, -9.0, {}},
                      {"trimmed", "trim +6.00 dB", -66.0, -18.0, -3.0, {}}};
    return diagram;
}

/// The y of the first horizontal stretch of a trace, in the drawing's pixels.
double height_of(const std::string& svg, const std::string& trace) {
    const std::size_t path = svg.find("<path class=\"ld-" + trace + "\" d=\"M");
    REQUIRE(path != std::string::npos);
    const std::size_t number = svg.find(' ', svg.find(" d=\"M", path) + 1) + 1;
    return std::stod(svg.substr(number));
}

} // namespace

TEST_CASE("headroom is from the peak to the clip point, SNR from the noise to the average") {
    const DiagramStage stage{"", "", -70.0, -18.0, -6.5, {-24.0, -6.0, -1.0}};
    CHECK(*headroom_db(stage) == 5.5);
    CHECK(*snr_db(stage) == 52.0);
    CHECK(!headroom_db({"", "", {}, {}, test::silence_db, {}}));
    CHECK(!snr_db({"", "", test::silence_db, -18.0, -6.0, {}}));
    CHECK(!snr_db({"", "", {}, -18.0, -6.0, {}}));
}

TEST_CASE("the zones meet where the edges say") {
    using verdict::Zone;
    const ZoneEdges zones{-24.0, -6.0, 0.0};
    CHECK(zone_at(zones, -24.1) == Zone::noise);
    CHECK(zone_at(zones, -24.0) == Zone::target);
    CHECK(zone_at(zones, -6.0) == Zone::target);
    CHECK(zone_at(zones, -5.9) == Zone::hot);
    CHECK(zone_at(zones, 0.0) == Zone::hot);
    CHECK(zone_at(zones, 0.1) == Zone::clip);
    CHECK(zone_at(zones, test::silence_db) == Zone::noise);
}

TEST_CASE("the scale rises with the level, and its inverse inverts it") {
    const DiagramScale scale({-100.0, 12.0});
    CHECK(scale.position(-100.0) == 0.0);
    CHECK(scale.position(12.0) == 1.0);
    CHECK(scale.position(test::silence_db) == 0.0);
    CHECK(scale.position(40.0) == 1.0);
    double last = -1.0;
    for (double level_db = -100.0; level_db <= 12.0; level_db += 0.5) {
        CHECK(scale.position(level_db) > last);
        last = scale.position(level_db);
        CHECK(scale.level_at(last) ==
              Approx(level_db).margin(1e-6)); // bisection's own step: 112 dB / 2^50
    }
}

TEST_CASE("the range shows every level, and no more than a room can hold") {
    const LevelDiagram quiet = two_stages();
    CHECK(range_of({&quiet, 1}) == DiagramRange{-80.0, 6.0});
    LevelDiagram extreme = two_stages();
    extreme.stages[0].noise_db = -300.0;
    extreme.stages[1].peak_db = 90.0;
    CHECK(range_of({&extreme, 1}) == DiagramRange{-120.0, 24.0});
    extreme.stages[0].noise_db = test::silence_db;
    extreme.stages[1].peak_db = 7.0;
    CHECK(range_of({&extreme, 1}) == DiagramRange{-80.0, 12.0});
}

TEST_CASE("the SVG is well-formed, accessible, and draws each level at its height") {
    const LevelDiagram diagram = two_stages();
    const std::string svg =
        to_svg(diagram, {.id = "d", .standalone = true, .range = DiagramRange{-80.0, 6.0}});
    const test::XmlCheck check(svg);
    CHECK(check.fault() == "");
    CHECK(check.count("title") == 1);
    CHECK(check.count("desc") == 1);
    CHECK(svg.find("<title id=\"d-title\">Kick &amp; &lt;snare&gt;</title>") != std::string::npos);
    CHECK(svg.find("prefers-color-scheme: dark") != std::string::npos);
    CHECK(svg.find("\u22129.00") != std::string::npos);
    CHECK(svg.find("headroom 9.0 dB") != std::string::npos);
    CHECK(svg.find("SNR 48.0 dB") != std::string::npos);
    const double peak = height_of(svg, "peak");
    const double average = height_of(svg, "average");
    const double noise = height_of(svg, "floor");
    CHECK(peak < average); // y counts from the top
    CHECK(average < noise);
    // 304 px for 2*36 + 30 + 10 units of the scale; -9 and -24 dB are 30 units apart. Paths have
    // one decimal.
    CHECK(average - peak == Approx(304.0 * 30.0 / 112.0).margin(0.1));
}

TEST_CASE("a peak over the clip point is said to be over, in the picture and in words") {
    LevelDiagram diagram = two_stages();
    diagram.stages[1].peak_db = 2.1;
    CHECK(to_svg(diagram, {.id = "d"}).find("over by 2.1 dB") != std::string::npos);
    CHECK(to_text(diagram, {}).find("over by 2.1 dB") != std::string::npos);
    CHECK(described(diagram).find("2.10 dB over") != std::string::npos);
}

TEST_CASE("a peak that is at the clip point but for the rounding is not over it") {
    LevelDiagram diagram = two_stages();
    diagram.stages.resize(1);
    diagram.stages[0].peak_db = 0.01; // what a limiter's ceiling may be missed by
    for (const std::string& text : {to_svg(diagram, {.id = "d"}), to_text(diagram, {})}) {
        CHECK(text.find("headroom 0.0 dB") != std::string::npos);
        CHECK(text.find("over by") == std::string::npos);
    }
}

TEST_CASE("zones are told by pattern and word as well as by colour") {
    const std::string svg = to_svg(two_stages(), {.id = "d"});
    for (const char* word : {">clips<", ">hot<", ">target<", ">quiet<"}) {
        CHECK(test::count(svg, word) == 1);
    }
    for (const char* pattern : {"url(#d-clip)", "url(#d-hot)", "url(#d-noise)"}) {
        CHECK(test::count(svg, pattern) == 2); // a strip a stage
    }
}

TEST_CASE("silence, unknown levels, no stages and 64 stages are drawn too") {
    LevelDiagram empty;
    CHECK(test::XmlCheck(to_svg(empty, {.id = "e"})).fault() == "");
    CHECK(to_text(empty, {}).find("no stages") != std::string::npos);
    LevelDiagram odd;
    odd.stages = {{"silent", "", test::silence_db, test::silence_db, test::silence_db, {}},
                  {"unknown", "", {}, {}, {}, {}}};
    const std::string svg = to_svg(odd, {.id = "o"});
    CHECK(test::XmlCheck(svg).fault() == "");
    CHECK(test::count(svg, "\u2212\u221E") == 3);
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(to_text(odd, {}).find("-inf peak") != std::string::npos);
    LevelDiagram many;
    many.stages.assign(64, two_stages().stages[0]);
    CHECK(test::XmlCheck(to_svg(many, {.id = "m"})).fault() == "");
    CHECK(test::count(to_text(many, {}), "-9.0 peak") == 64);
}

TEST_CASE("any levels at all make a well-formed picture without NaN") {
    rc::prop("levels",
             [](double noise, double average, double peak, double low, double high, double clip) {
                 LevelDiagram diagram;
                 diagram.stages = {{"any", "", noise, average, peak, {low, high, clip}}};
                 const std::string svg = to_svg(diagram, {.id = "x"});
                 RC_ASSERT(test::XmlCheck(svg).fault() == "");
                 RC_ASSERT(svg.find("nan") == std::string::npos);
                 RC_ASSERT(!to_text(diagram, {.width = 40}).empty());
             });
}

TEST_CASE("terminal pictures keep to the width, go on below, and are ASCII where asked") {
    LevelDiagram diagram = two_stages();
    diagram.stages.resize(7, diagram.stages[0]);
    const std::string text = to_text(diagram, {.width = 80, .colour = false, .unicode = false});
    for (const std::string& line : wrapped(text, 0)) {
        CHECK(
            std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    }
    std::size_t from = 0;
    while (from < text.size()) {
        const std::size_t to = text.find('\n', from);
        CHECK(display_width(text.substr(from, to - from)) <= 80);
        from = to + 1;
    }
    CHECK(test::count(text, "-9.0 peak") == 6); // six of the recorded stage, one trimmed
    CHECK(test::count(text, "-3.0 peak") == 1);
    CHECK(test::count(text, "recorded") == 6);
    LevelDiagram programme = two_stages(); // the longest words a stage's foot has
    programme.span_name = "to softest";
    CHECK(to_text(programme, {}).find("to softest 48.0 dB to softest 48.0 dB\n") !=
          std::string::npos);
}

TEST_CASE("colour codes appear only where asked for, and change nothing else") {
    const LevelDiagram diagram = two_stages();
    CHECK(to_text(diagram, {.colour = false}).find('\x1b') == std::string::npos);
    CHECK(to_text(diagram, {.colour = true}).find("\x1b[31m") != std::string::npos);
}

TEST_CASE("a table goes on below with its first column where the terminal ends") {
    Table table({{"File", "", false}, {"One", "dB"}, {"Two", "dB"}, {"Three", "dB"}});
    table.add({{"kick"}, {"-1.00"}, {"-2.00"}, {"-3.00"}});
    CHECK(table.str({}) ==
          "File    One    Two  Three\n         dB     dB     dB\nkick  -1.00  -2.00  -3.00\n");
    CHECK(table.str({.width = 18}) == "File    One    Two\n         dB     dB\nkick  -1.00  "
                                      "-2.00\n\nFile  Three\n         dB\nkick  -3.00\n");
    CHECK(table.str({.width = 1}).find("-3.00") != std::string::npos);
}
