// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "circuit/judge.h"
#include "report/chain.h"
#include "report/wiring.h"
#include "support/find_text.h"
#include "support/xml_check.h"

#include <algorithm>

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

const std::string hostile = "a <b> & \\\"c\\\" ";

/// Two ways to set a microphone with a hostile name, and a playback, through one interface.
const std::string toml =
    "title = \"" + hostile + "\"\n[[source]]\nid = \"" + hostile +
    "1\"\nmicrophone = \"shure-sm57\"\naverage_db_spl = 90\npeak_db_spl = 104\n"
    "[[source.device]]\ngear = [\"none\", \"cloudlifter-cl-1\"]\n"
    "[[source.device]]\ngear = \"focusrite-scarlett-2i2-3\"\ninput = \"mic\"\nchannel = 2\n"
    "[[playback]]\nid = \"" +
    hostile +
    "2\"\n[[playback.device]]\ngear = \"focusrite-scarlett-2i2-3\"\noutput = \"headphone\"\n"
    "[[playback.device]]\nload = \"" +
    hostile + "3\"\nimpedance_ohm = 80\nsensitivity_db_spl_per_mw = 96\n";

struct Solved {
    Result<ChainDocument> document =
        ChainDocument::parse(toml, "x.chain.toml", GearLibrary::built_in());
    Result<ChainSolution> solution = solve(*document, verdict::Targets::built_in());
    std::vector<verdict::Finding> findings =
        judge(*document, *solution, verdict::Targets::built_in(), verdict::Rules::built_in());
    report::SolvedChain chain{document->title, *solution, findings, verdict::Targets::built_in()};
};

} // namespace

TEST_CASE(
    "chain: page and pictures are well-formed, whatever things are called, and miss no stage") {
    const Solved solved;
    const std::string page = report::chain_html(solved.chain, true);
    const std::string picture = report::chain_svg(solved.chain, true);
    for (const std::string* one : {&page, &picture}) {
        const test::XmlCheck check(*one);
        CHECK(check.fault() == "");
        CHECK(test::has(*one, "a &lt;b&gt; &amp; &quot;c&quot;"));
        CHECK_FALSE(test::has(*one, "<b> &"));
        // A diagram a way to set it, one for the playback; the interface's map.
        CHECK(check.count("svg") == (one == &page ? 4 : 5));
    }
    for (const StageLevels& stage : solved.solution->sources[0].best.stages) {
        CHECK(test::has(page, stage.name));
    }
    CHECK(test::has(page, "headphone output"));
    CHECK(test::has(page, "published figures")); // and not "measured on the files"
}

TEST_CASE("chain: compared in the terminal, each way has a level diagram of its own") {
    const Solved solved;
    const std::size_t alternatives = solved.solution->sources[0].alternatives.size();
    REQUIRE(alternatives > 0);
    const std::string legend = "up to the average, dBu";
    CHECK(test::count(report::chain_text(solved.chain, {{}, false, true}), legend) == 2);
    CHECK(test::count(report::chain_text(solved.chain, {{}, true, true}), legend) ==
          2 + alternatives);
    CHECK(test::count(report::chain_text(solved.chain, {{}, true, false}), legend) == 0);
}

TEST_CASE("wiring: every input and output with its figures, and what is plugged in where") {
    const Solved solved;
    const auto maps = report::wiring_of(*solved.solution);
    REQUIRE(maps.size() == 1);
    const auto plugged = [](const std::vector<report::WiringPort>& ports, const std::string& name) {
        const auto port = std::ranges::find(ports, name, &report::WiringPort::name);
        REQUIRE(port != ports.end());
        return port->plugged;
    };
    const auto mic = plugged(maps[0].inputs, "mic input");
    REQUIRE(mic.size() == 1);
    CHECK(std::ranges::find(mic[0], "Shure SM57") != mic[0].end());
    CHECK(std::ranges::find(mic[0], "channel 2") != mic[0].end());
    CHECK(plugged(maps[0].inputs, "line input").empty());
    CHECK(plugged(maps[0].outputs, "headphone output").size() == 1);
    for (const GearEntry& entry : GearLibrary::built_in().entries()) {
        if (entry.gear_class == GearClass::interface) {
            const auto map = report::wiring_of(entry);
            CHECK(map.inputs.size() == entry.inputs.size());
            CHECK(map.outputs.size() == entry.outputs.size());
            const test::XmlCheck svg(report::wiring_svg(map, true));
            CHECK(svg.fault() == "");
            CHECK(svg.count("circle") ==
                  static_cast<int>(entry.inputs.size() + entry.outputs.size()));
        }
    }
    const auto* one = *GearLibrary::built_in().find("focusrite-scarlett-2i2-4");
    const auto map = report::wiring_of(*one);
    const std::string told = report::wiring_text(map);
    for (const char* words : {"+16.0 dBu at 0 dB of gain", "3 kohm", "gain 0 to 69 dB, 48 V"}) {
        CHECK(test::has(told, words));
    }
    CHECK(test::XmlCheck(report::wiring_html(map)).fault() == "");
}
