// SPDX-License-Identifier: MIT
// gear and chain as users and scripts meet them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "audio/io/sink.h"
#include "support/program.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace gainstage;
using test::run_gainstage;
using test::TemporaryFolder;
namespace fs = std::filesystem;

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
    const TemporaryFolder folder;
    const std::string map = (folder.path() / "map.svg").string();
    CHECK(run_gainstage({"gear", "show", "focusrite-scarlett-2i2-4", "--svg", map}).exit_code == 0);
    CHECK(fs::file_size(map) > 1000);
    CHECK(run_gainstage({"gear", "show", "shure-sm57", "--html", map + "x"}).exit_code == 2);
    CHECK_FALSE(fs::exists(map + "x"));
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

TEST_CASE("gear: files in the user's configuration folder are there without being named") {
    const TemporaryFolder folder;
    fs::create_directories(folder.path() / "gainstage" / "gear");
    folder.write("gainstage/gear/mine.toml",
                 "[[cable]]\nid = \"my-cable\"\nmaker = \"Me\"\nmodel = \"C\"\nkind = "
                 "\"instrument\"\nsource = \"s\"\nsource_kind = \"manual\"\nverified = true\n"
                 "capacitance_pf_per_m = 60\n");
    const test::RunOptions at_home{
        .before_exec = [&] { setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1); }};
    CHECK(run_gainstage({"gear", "show", "my-cable"}, at_home).exit_code == 0);
    CHECK(run_gainstage({"gear", "my-cable"}, at_home).out.find("my-cable") != std::string::npos);
    folder.write("gainstage/gear/broken.toml", "[[cable]]\nid = 3\n");
    const auto broken = run_gainstage({"gear", "show", "my-cable"}, at_home);
    CHECK(broken.exit_code == 3);
    CHECK(broken.err.find("broken.toml:2:") != std::string::npos);
}

namespace {

nlohmann::json solved(const fs::path& chain, int exit_code) {
    const auto run = run_gainstage({"chain", chain.string(), "--json"});
    CAPTURE(chain.string(), run.err);
    REQUIRE(run.exit_code == exit_code);
    return nlohmann::json::parse(run.out);
}

const fs::path examples = GAINSTAGE_CHAINS;

bool has_finding(const nlohmann::json& document, const std::string& code) {
    return std::ranges::any_of(document["findings"],
                               [&](const auto& finding) { return finding["code"] == code; });
}

} // namespace

TEST_CASE("chain: every example is solved, and each shows what it is there for") {
    struct Example {
        const char* file;
        int exit_code;
        std::vector<std::string> findings;
        std::vector<std::string> none_of;
    };

    const Example all[] = {
        {"quiet-ribbon", 0, {"chain.healthy"}, {"chain.phantom-harmful"}},
        {"loud-snare", 0, {"chain.healthy"}, {"chain.too-hot"}},
        {"passive-bass", 0, {"chain.instrument-into-line", "chain.healthy"}, {"chain.too-hot"}},
        {"keyboard", 0, {"chain.healthy"}, {"chain.impedance"}},
        {"consumer-deck",
         1,
         {"chain.consumer-into-pro", "chain.pro-into-consumer", "chain.output-too-hot"},
         {"chain.too-hot"}},
        {"headphones",
         0,
         {"chain.headphones-too-quiet", "chain.headphones-could-hurt"},
         {"chain.output-too-hot"}},
        {"re-amp", 0, {"chain.reamp-without-box"}, {"chain.too-hot"}},
        {"speaker-into-line", 1, {"chain.speaker-into-input"}, {"chain.healthy"}},
        {"exercise-well-set", 0, {"chain.healthy"}, {"chain.target-missed", "chain.too-hot"}},
        {"exercise-too-low", 0, {"chain.target-missed"}, {"chain.healthy", "chain.too-hot"}},
        {"exercise-too-hot", 1, {"chain.too-hot"}, {"chain.healthy"}},
    };
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(examples)) {
        files += entry.path().extension() == ".toml" ? 1 : 0;
    }
    CHECK(files == std::size(all)); // none without a row
    for (const Example& example : all) {
        CAPTURE(example.file);
        const auto document =
            solved(examples / (std::string(example.file) + ".chain.toml"), example.exit_code);
        CHECK(document["schema"]["name"] == "gainstage.chain");
        for (const std::string& code : example.findings) {
            CAPTURE(code);
            CHECK(has_finding(document, code));
        }
        for (const std::string& code : example.none_of) {
            CAPTURE(code);
            CHECK(!has_finding(document, code));
        }
        for (const auto& source : document["sources"]) {
            for (const char* key :
                 {"name", "kind", "gain_db", "average_dbu", "peak_dbu", "noise_dbu", "clip_dbu",
                  "headroom_db", "snr_db", "clip_odds"}) {
                CHECK(source["stages"][0].contains(key));
            }
            for (const char* key : {"average_dbfs", "peak_dbfs", "noise_dbfs", "snr_db"}) {
                CHECK(source["recorded"][key].is_number());
            }
            for (const char* key : {"gain_db", "pad_db", "input"}) {
                CHECK(source["settings"].contains(key));
            }
            CHECK(source.contains("bottleneck"));
            CHECK(source["alternatives"].is_array());
        }
    }
}

TEST_CASE("chain: text, comparison, pictures, the document with its settings filled in") {
    const TemporaryFolder folder;
    const auto at = [&](const char* name) { return (folder.path() / name).string(); };
    const std::string chain = (examples / "quiet-ribbon.chain.toml").string();
    const auto run = run_gainstage({"chain", chain, "--compare", "--svg", at("a.svg"), "--html",
                                    at("a.html"), "--solved", at("a.chain.toml")});
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("Way to set it") != std::string::npos);
    CHECK(run.out.find("unverified figure") != std::string::npos);
    const auto text_of = [](const std::string& file) {
        std::ifstream in(file);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    CHECK(text_of(at("a.svg")).find("<svg xmlns") == 0);
    CHECK(text_of(at("a.html")).find("</html>") != std::string::npos);
    CHECK(text_of(at("a.chain.toml")).find("gain_db = \"?\"") == std::string::npos);
    CHECK(run_gainstage({"chain", at("a.chain.toml")}).exit_code == 0);
    CHECK(run_gainstage({"chain", at("a.chain.toml"), "--svg", at("a.chain.toml")}).exit_code == 2);
    CHECK(run_gainstage({"chain", "--help"}).out.find("Example: gainstage chain") !=
          std::string::npos);
}

TEST_CASE("chain: what is wrong is one line, and a recording stands in for a level") {
    const TemporaryFolder folder;
    const auto at = [&](const char* name) { return (folder.path() / name).string(); };
    folder.write("bad.chain.toml", "[[source]]\nid = \"a\"\nmicrophone = \"shure-sm75\"\n");
    const auto bad = run_gainstage({"chain", at("bad.chain.toml")});
    CHECK(bad.exit_code == 3);
    CHECK(bad.error_lines() == 1);
    CHECK(bad.err.find("bad.chain.toml:3:14:") != std::string::npos);
    CHECK(run_gainstage({"chain", at("none.chain.toml")}).exit_code == 3);

    // A sine of -20 dBFS where 0 dBFS was +10 dBu: -10 dBu.
    const auto tone = test::planar(test::sine(997.0, test::linear(-20.0), 48000, 48000.0), 1);
    auto sink = audio::io::create(
        folder.path() / "di.wav",
        {.sample = audio::io::SampleFormat::int24, .layout = audio::ChannelLayout::default_for(1)});
    REQUIRE(sink);
    REQUIRE((*sink)->write(tone.view()));
    REQUIRE((*sink)->commit());
    folder.write("wav.chain.toml",
                 "[[source]]\nid = \"a\"\nrecording = \"di.wav\"\nfull_scale_dbu = "
                 "10\nimpedance_ohm = 0\n[[source.device]]\ngear = "
                 "\"focusrite-scarlett-2i2-4\"\ninput = \"line\"\ngain_db = 0\n");
    const auto document = solved(at("wav.chain.toml"), 0);
    CHECK(document["sources"][0]["stages"][0]["average_dbu"].get<double>() ==
          Approx(-10.0).margin(0.02));
}

TEST_CASE(
    "take --chain: the advice is a setting of its preamp, and the chain's noise stands beside "
    "the take's") {
    const TemporaryFolder folder;
    const std::string chain = (folder.path() / "vocal.chain.toml").string();
    folder.write("vocal.chain.toml",
                 "[[source]]\nid = \"vocal\"\nmicrophone = \"shure-sm57\"\naverage_db_spl = 90\n"
                 "peak_db_spl = 104\n[[source.device]]\ngear = \"focusrite-scarlett-2i2-4\"\n"
                 "input = \"mic\"\ngain_db = 60\n");
    const std::string wav = (folder.path() / "practice.wav").string();
    test::write_stem(wav, test::planar(test::programme(15 * 48'000, test::Seed{5}, 0.99), 1));
    const auto run = run_gainstage({"take", wav, "--chain", chain, "--json"});
    INFO(run.err);
    const auto take = nlohmann::json::parse(run.out)["takes"][0];
    const auto& preamp = take["preamp"];
    CHECK(preamp["name"].get<std::string>().find("Scarlett 2i2") != std::string::npos);
    CHECK(preamp["gain_db"] == 60.0);
    CHECK(preamp["gain_is_set"] == true);
    const double change_db = take["gain_change_db"].get<double>();
    CHECK(change_db < -0.5); // its peaks are near full scale
    CHECK(preamp["gain_after_db"].get<double>() == Approx(60.0 + change_db).margin(1e-6));
    const auto alone = nlohmann::json::parse(run_gainstage({"chain", chain, "--json"}).out);
    // A floor is stated as mathematical RMS, what a chain records as AES17.
    const double noise_dbfs = alone["sources"][0]["recorded"]["noise_dbfs"].get<double>() - 3.0103;
    CHECK(take["noise"]["chain_dbfs"].get<double>() == Approx(noise_dbfs).margin(0.01));
    const auto none = run_gainstage({"take", wav, "--chain", chain, "--input", "drums"});
    CHECK(none.exit_code == 2);
    CHECK(none.error_lines() == 1);
    CHECK(none.err.find("vocal") != std::string::npos);
    CHECK(run_gainstage({"take", wav, "--input", "vocal"}).exit_code == 2);
    CHECK(run_gainstage({"take", wav, "--chain", wav}).exit_code == 3);
}
