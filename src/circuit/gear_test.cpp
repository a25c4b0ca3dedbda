// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "circuit/gear.h"

#include <set>

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

const std::string own_mic =
    "[[microphone]]\nid = \"mine\"\nmaker = \"Me\"\nmodel = \"One\"\nkind = "
    "\"dynamic\"\nsource = \"measured\"\nsource_kind = \"manual\"\n"
    "verified = true\n";

std::string gear_fault(const std::string& text) {
    const auto parsed = GearLibrary::parse(text, "own.toml");
    REQUIRE(!parsed);
    return parsed.error().message();
}

} // namespace

TEST_CASE("the gear that comes with the program can be read, and no id is there twice") {
    const GearLibrary& library = GearLibrary::built_in();
    CHECK(library.entries().size() == 294); // data/gear, as it was collected
    std::set<std::string> ids;
    for (const GearEntry& entry : library.entries()) {
        CAPTURE(entry.id);
        CHECK(ids.insert(entry.id).second);
        CHECK(!entry.source.empty());
    }
    const auto verified = std::ranges::count_if(
        library.entries(), [](const GearEntry& entry) { return entry.verified; });
    CHECK(verified == 177);
}

TEST_CASE("a figure knows whether it was read in its source") {
    const auto sm57 = GearLibrary::built_in().find("shure-sm57");
    REQUIRE(sm57);
    CHECK((*sm57)->name() == "Shure SM57");
    CHECK((*sm57)->figures.number("sensitivity_mv_per_pa") == 1.88);
    CHECK((*sm57)->figures.find("sensitivity_mv_per_pa")->verified);
    CHECK(!(*sm57)->figures.find("output_impedance_ohm")->verified);
    CHECK(!(*sm57)->figures.number("self_noise_dba"));

    const auto apollo = GearLibrary::built_in().find("ua-apollo-twin-x");
    REQUIRE(apollo);
    const GearPort* input = (*apollo)->input("mic");
    REQUIRE(input);
    CHECK(input->figures.find("gain_max_db")->verified);
    CHECK(!input->figures.find("pad_db")->verified);
    CHECK((*apollo)->input("none") == nullptr);
}

TEST_CASE("gear is searched by all words, in any case") {
    const GearLibrary& library = GearLibrary::built_in();
    const auto found = library.search({"SHURE", "ribbon"});
    CHECK(found.empty());
    const auto ribbons = library.search({"ribbon", "royer"});
    REQUIRE(ribbons.size() == 2);
    CHECK(ribbons[0]->id == "royer-r-121");
    CHECK(library.search({}).size() == library.entries().size());
    CHECK(!library.search({"di box", "passive"}).empty());
}

TEST_CASE("an unknown id offers the nearest names") {
    const auto unknown = GearLibrary::built_in().find("shure-sm75");
    REQUIRE(!unknown);
    CHECK(unknown.error().message().find("did you mean shure-sm7b?") != std::string::npos);
    const auto part = GearLibrary::built_in().find("r-121");
    REQUIRE(!part);
    CHECK(part.error().message().find("royer-r-121") != std::string::npos);
    const auto wrong = GearLibrary::built_in().find("shure-sm57", GearClass::preamp);
    REQUIRE(!wrong);
    CHECK(wrong.error().message().find("is no preamp but: microphone") != std::string::npos);
}

TEST_CASE("a user's gear adds to the library, and replaces what has the same id") {
    const auto own = GearLibrary::parse(
        own_mic + "sensitivity_mv_per_pa = 2.5\nphantom = false\n" +
            "[[cable]]\nid = \"mogami-2549\"\nmaker = \"Mogami\"\nmodel = \"2549\"\nkind = "
            "\"microphone\"\ncapacitance_pf_per_m = 80\nsource = \"my meter\"\nsource_kind = "
            "\"manual\"\nverified = true\n",
        "own.toml");
    REQUIRE(own);
    const GearLibrary both = GearLibrary::built_in().overlaid_with(*own);
    CHECK(both.entries().size() == 295);
    REQUIRE(both.find("mine"));
    CHECK((*both.find("mogami-2549"))->figures.number("capacitance_pf_per_m") == 80.0);
}

TEST_CASE("what is wrong in a gear file is said with file, line, column and what to do") {
    CHECK(gear_fault("[[microphone]\n").starts_with("own.toml:1:"));
    CHECK(gear_fault("[[mikrophone]]\nid = \"x\"\n").starts_with("own.toml:1:3: unknown table"));
    CHECK(gear_fault("microphone = 3\n").find("is not a list of tables; write [[microphone]]") !=
          std::string::npos);
    CHECK(gear_fault("[[microphone]]\nmaker = \"x\"\n").find("an entry has no id") !=
          std::string::npos);
    CHECK(gear_fault(own_mic + "sensitivity_mv = 3\n") ==
          "own.toml:9:1: unknown key \"sensitivity_mv\"; did you mean sensitivity_mv_per_pa? "
          "docs/reference/gear.md lists all");
    CHECK(gear_fault(own_mic + "max_spl_db = \"130\"\n").find("max_spl_db is not a number") !=
          std::string::npos);
    CHECK(gear_fault(own_mic + "max_spl_db = 1300\n") ==
          "own.toml:9:14: max_spl_db = 1300 is out of range; give a number from 60 to 220 dB SPL");
    CHECK(gear_fault(own_mic + "max_spl_db = nan\n").find("is out of range") != std::string::npos);
    CHECK(gear_fault(own_mic + "pads_db = [10]\n").find("pads_db = 10 is out of range") !=
          std::string::npos);
    CHECK(gear_fault(own_mic + "pads_db = 10\n").find("is not a list of numbers") !=
          std::string::npos);
    CHECK(gear_fault(own_mic + "phantom = 1\n").find("is not true or false") != std::string::npos);
    CHECK(gear_fault(own_mic + "unverified_fields = [\"max_spl_db\"]\n").find("isn't there") !=
          std::string::npos);
    CHECK(gear_fault(own_mic + "inputs = []\n").find("only an interface has inputs") !=
          std::string::npos);
    CHECK(gear_fault(own_mic + own_mic).find("two entries have the id \"mine\"") !=
          std::string::npos);
    std::string kind = own_mic;
    kind.replace(kind.find("dynamic"), 7, "dynamite");
    CHECK(gear_fault(kind).find("unknown kind \"dynamite\"; use one of condenser") !=
          std::string::npos);
}

TEST_CASE("an equivalent input noise below its source's own is doubted, one above is not") {
    const std::string input =
        "[[interface]]\nid = \"i\"\nmaker = \"M\"\nmodel = \"I\"\nsource = \"s\"\nsource_kind = "
        "\"maker\"\nverified = true\n[[interface.inputs]]\nkind = \"mic\"\nverified = true\n"
        "ein_source_ohm = 150\nein_weighting = \"unweighted\"\nein_dbu = ";
    const auto doubtful = GearLibrary::parse(input + "-132\n", "own.toml");
    const auto sound = GearLibrary::parse(input + "-130\n", "own.toml");
    REQUIRE(doubtful);
    REQUIRE(sound);
    CHECK(doubts(doubtful->entries()[0]).size() == 1);
    CHECK(doubts(sound->entries()[0]).empty());
}
