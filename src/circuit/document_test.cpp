// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "circuit/document.h"

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

const std::string mic = "[[source]]\nid = \"a\"\nmicrophone = \"shure-sm57\"\naverage_db_spl = 90\n"
                        "peak_db_spl = 104\n";
const std::string device_toml = "[[source.device]]\ngear = \"focusrite-scarlett-2i2-4\"\n";

Result<ChainDocument> parsed(const std::string& text) {
    return ChainDocument::parse(text, "x.chain.toml", GearLibrary::built_in());
}

std::string fault(const std::string& text) {
    const auto document = parsed(text);
    REQUIRE(!document);
    return document.error().message();
}

} // namespace

TEST_CASE("a chain document: sources, devices in order, open settings, the recording") {
    const auto document = parsed(
        "title = \"T\"\n[recording]\nminutes = 10\nclip_odds_max = 0.05\nbits = 16\n"
        "temperature_c = 30\n" +
        mic + "[[source.device]]\ngear = \"mogami-2549\"\nlength_m = 7\n" + device_toml +
        "input = \"mic\"\ngain_db = \"?\"\npad_db = -10\nphantom = false\n[[playback]]\nid = "
        "\"p\"\nplays = \"a\"\n[[playback.device]]\ngear = [\"none\", \"akg-k371\"]\n");
    REQUIRE(document);
    CHECK(document->title == "T");
    CHECK(document->recording.take == Seconds{600.0});
    CHECK(document->recording.bits == 16);
    CHECK(document->recording.temperature_k == Approx(303.15));
    REQUIRE(document->sources.size() == 1);
    const SourceSpec& source = document->sources[0];
    CHECK(source.microphone->id == "shure-sm57");
    CHECK(source.peak_spl == DbSpl{104.0});
    REQUIRE(source.devices.size() == 2);
    CHECK(source.devices[0].length_m == 7.0);
    CHECK(source.devices[1].input.value == "mic");
    CHECK(source.devices[1].gain.is_open());
    CHECK(source.devices[1].gain.question.line == 18);
    CHECK(source.devices[1].pad.value == Gain::from_db(-10.0));
    CHECK(source.devices[1].phantom == false);
    REQUIRE(document->playbacks.size() == 1);
    CHECK(document->playbacks[0].devices[0].candidates[0] == nullptr);
}

TEST_CASE("what is wrong in a chain document is said with file, line, column and what to do") {
    CHECK(fault("title = \n").starts_with("x.chain.toml:1:"));
    CHECK(fault("title = \"x\"\n").find("neither a source nor a playback") != std::string::npos);
    CHECK(fault("[[source]]\nid = \"a\"\n").find("has nothing that gives a level") !=
          std::string::npos);
    CHECK(fault("[[source]]\nid = \"a\"\nmicrophone = \"shure-sm75\"\n")
              .starts_with("x.chain.toml:3:14: \"shure-sm75\" is no microphone that is known; did "
                           "you mean shure-sm7b?"));
    CHECK(fault("[[source]]\nid = \"a\"\nmicrophone = \"bass-passive\"\n")
              .find("is no microphone but: instrument") != std::string::npos);
    CHECK(fault("[[source]]\nid = \"a\"\nmicrophone = \"shure-sm57\"\n")
              .find("nothing says how loud it is") != std::string::npos);
    CHECK(fault(mic + "instrument = \"bass-passive\"\n").find("is more than one thing") !=
          std::string::npos);
    CHECK(
        fault(mic + "[[source.device]]\ngear = \"shure-sm57\"\n").find("stands at the beginning") !=
        std::string::npos);
    CHECK(fault(mic + "[[source.device]]\nlength_m = 3\n").find("without gear, pad or load") !=
          std::string::npos);
    CHECK(fault(mic + device_toml + "gain = 3\n")
              .starts_with("x.chain.toml:8:1: unknown key \"gain\" in [[source.device]]"));
    CHECK(fault(mic + device_toml + "gain_db = \"30 dB\"\n")
              .find("gain_db is not a number; write it without quotes: gain_db = 30") !=
          std::string::npos);
    CHECK(fault(mic + device_toml + "length_m = \"3 ft\"\n")
              .find("length_m is not a number; it is in m: convert it") != std::string::npos);
    CHECK(fault(mic + device_toml + "gain = 3\n").find("; did you mean gain_db? use one of") !=
          std::string::npos);
    CHECK(fault(mic + device_toml + "gain_db = nan\n").find("out of range") != std::string::npos);
    CHECK(fault(mic + device_toml + "gain_db = 400\n").find("out of range") != std::string::npos);
    CHECK(fault(mic + device_toml + "pad_db = 10\n").find("out of range") != std::string::npos);
    CHECK(fault(mic + device_toml + "input = \"xlr\"\n")
              .find("unknown input \"xlr\"; use one of mic, line, hiz") != std::string::npos);
    CHECK(fault(mic + device_toml + "nominal = \"consumer\"\n")
              .find("unknown nominal \"consumer\"; use one of +4 dBu, -10 dBV") !=
          std::string::npos);
    CHECK(fault(mic + mic).find("two sources are called \"a\"") != std::string::npos);
    CHECK(fault("[[source]]\nid = \"a\"\nrecording = \"di.wav\"\n").find("add full_scale_dbu") !=
          std::string::npos);
}

TEST_CASE("a signal that goes in a circle is an error that shows the way") {
    const std::string text = "[[source]]\nid = \"a\"\nfrom = \"p\"\naverage_dbu = 0\n" +
                             device_toml + "[[playback]]\nid = \"p\"\nplays = \"a\"\n";
    CHECK(fault(text).find("in a circle: source a <- playback p <- source a") != std::string::npos);
    CHECK(fault("[[source]]\nid = \"a\"\nfrom = \"q\"\n").find("there is no playback \"q\"") !=
          std::string::npos);
    CHECK(parsed("[[source]]\nid = \"b\"\ninstrument = \"bass-passive\"\n" + device_toml +
                 "[[playback]]\nid = \"p\"\nplays = \"b\"\n[[source]]\nid = \"a\"\nfrom = "
                 "\"p\"\naverage_dbu = 0\n" +
                 device_toml)
              .ok());
}

TEST_CASE("a chain document that was damaged gives an error or a document, never a crash") {
    const std::string whole = "title = \"T\"\n[recording]\nminutes = 4\n" + mic + device_toml +
                              "input = \"?\"\ngain_db = \"?\"\npad_db = \"?\"\n[[playback]]\nid "
                              "= \"p\"\nplays = \"a\"\n[[playback.device]]\ngear = "
                              "\"akg-k371\"\n";
    rc::prop("bytes replaced, lines lost", [&] {
        std::string text = whole;
        const int edits = *rc::gen::inRange(1, 6);
        for (int i = 0; i < edits; ++i) {
            const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
            const auto length = *rc::gen::inRange<std::size_t>(0, 12);
            text.replace(at, length, *rc::gen::string<std::string>());
        }
        const auto document = parsed(text);
        RC_ASSERT((document.ok() || !document.error().message().empty()));
    });
}

TEST_CASE("chain document: a fault is one line, whatever it quotes") {
    const auto parsed = gainstage::circuit::ChainDocument::parse(
        "a = tru\n", "x.chain.toml", gainstage::circuit::GearLibrary::built_in());
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message().starts_with("x.chain.toml:1:"));
    CHECK(parsed.error().message().find('\n') == std::string::npos);
}
