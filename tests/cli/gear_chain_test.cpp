// SPDX-License-Identifier: MIT
// gear and chain as users and scripts meet them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"
#include "support/temporary_folder.h"

using namespace gainstage;
using test::run_gainstage;
using test::TemporaryFolder;

TEST_CASE("gear: searched, shown and checked, each with an example in its help") {
    for (const std::vector<std::string>& verb :
         {std::vector<std::string>{"gear"}, {"gear", "show"}, {"gear", "check"}}) {
        auto words = verb;
        words.emplace_back("--help");
        CHECK(run_gainstage(words).out.find("Example: gainstage gear") != std::string::npos);
    }
    const auto found = run_gainstage({"gear", "shure", "sm57"});
    CHECK(found.exit_code == 0);
    CHECK(found.out.find("shure-sm57") != std::string::npos);
    const auto shown = run_gainstage({"gear", "show", "shure-sm57"});
    CHECK(shown.exit_code == 0);
    CHECK(shown.out.find("unverified figure") != std::string::npos);
    const auto json =
        nlohmann::json::parse(run_gainstage({"gear", "show", "shure-sm57", "--json"}).out);
    CHECK(json["schema"]["name"] == "gainstage.gear");
    CHECK(json["gear"][0]["figures"]["sensitivity_mv_per_pa"] == 1.88);
    CHECK(json["gear"][0]["unverified"] == nlohmann::json{"output_impedance_ohm"});
    const auto unknown = run_gainstage({"gear", "show", "shure-sm75"});
    CHECK(unknown.exit_code == 2);
    CHECK(unknown.error_lines() == 1);
    CHECK(unknown.err.find("did you mean shure-sm7b?") != std::string::npos);
}

TEST_CASE("gear: a file of one's own is checked, used, and said to be wrong where it is") {
    const TemporaryFolder folder;
    const std::string entry =
        "[[cable]]\nid = \"my-cable\"\nmaker = \"Me\"\nmodel = \"C\"\nkind = "
        "\"instrument\"\nsource = \"s\"\nsource_kind = \"manual\"\nverified = "
        "true\n";
    folder.write("good.toml", entry + "capacitance_pf_per_m = 60\n");
    folder.write("bad.toml", entry + "capacitance = 60\n");
    const std::string good = (folder.path() / "good.toml").string();
    const std::string bad = (folder.path() / "bad.toml").string();
    CHECK(run_gainstage({"gear", "check", good}).exit_code == 0);
    CHECK(run_gainstage({"gear", "show", "my-cable", "--gear", good}).exit_code == 0);
    CHECK(run_gainstage({"gear", "show", "my-cable"}).exit_code == 2);
    const auto wrong = run_gainstage({"gear", "check", bad});
    CHECK(wrong.exit_code == 3);
    CHECK(wrong.error_lines() == 1);
    CHECK(wrong.err.find("bad.toml:9:1: unknown key \"capacitance\"; did you mean "
                         "capacitance_pf_per_m?") != std::string::npos);
    CHECK(run_gainstage({"gear", "check", (folder.path() / "none.toml").string()}).exit_code == 3);
}
