// SPDX-License-Identifier: MIT
// chain --play, as users meet it: what it writes is measured by our own meters and has to be what
// the chain's model said.
#include <catch2/catch.hpp>

#include "support/program.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace gainstage;
using Json = nlohmann::json;

namespace {

std::string chain(const char* name) {
    return std::string(GAINSTAGE_CHAINS) + '/' + name + ".chain.toml";
}

/// What the chain says will be recorded, and what `dry` through it is measured as.
struct Played {
    Json recorded;
    Json measured;
};

Played play(const std::string& file, const std::filesystem::path& dry, const std::string& wet) {
    const auto run =
        test::run_gainstage({"chain", file, "--play", dry.string(), "-o", wet, "--json"});
    INFO(run.err);
    REQUIRE(run.exit_code <= 1); // 1: findings
    const auto meter = test::run_gainstage({"meter", "--json", wet});
    REQUIRE(meter.exit_code == 0);
    return {Json::parse(run.out)["sources"][0]["recorded"], Json::parse(meter.out)["files"][0]};
}

} // namespace

TEST_CASE("chain --play: average and noise of what it writes are those of the model") {
    for (const char* name : {"quiet-ribbon", "keyboard"}) {
        const test::TemporaryFolder folder;
        test::write_stem(folder.path() / "tone.wav",
                         test::planar(test::sine(1000.0, 0.3, 480'000, 48000.0), 1));
        test::write_stem(folder.path() / "silence.wav", audio::AudioBuffer(1, 480'000));
        INFO(name);
        const auto tone =
            play(chain(name), folder.path() / "tone.wav", (folder.path() / "out.wav").string());
        // RMS of all is the tone's: the noise is far below. AES17, as the model's average.
        CHECK(tone.measured["rms_aes17_dbfs"].get<double>() ==
              Approx(tone.recorded["average_dbfs"].get<double>()).margin(0.1));
        const auto silence = play(chain(name), folder.path() / "silence.wav",
                                  (folder.path() / "noise.flac").string());
        CHECK(silence.measured["rms_aes17_dbfs"].get<double>() ==
              Approx(silence.recorded["noise_dbfs"].get<double>()).margin(0.3));
    }
}

TEST_CASE("chain --play: says what it needs, and never writes over the dry recording") {
    const test::TemporaryFolder folder;
    test::write_stem(folder.path() / "tone.wav",
                     test::planar(test::sine(1000.0, 0.3, 4800, 48000.0), 1));
    const std::string tone = (folder.path() / "tone.wav").string();
    CHECK(test::run_gainstage({"chain", chain("keyboard"), "--play", tone}).exit_code == 2);
    const auto onto = test::run_gainstage({"chain", chain("keyboard"), "--play", tone, "-o", tone});
    CHECK(onto.exit_code == 2);
    CHECK(onto.error_lines() == 1);
    const auto nobody =
        test::run_gainstage({"chain", chain("keyboard"), "--play", tone, "-o",
                             (folder.path() / "out.wav").string(), "--source", "nobody"});
    CHECK(nobody.exit_code == 2);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "out.wav"));
}

TEST_CASE("chain --play: every command of the guide's exercises works") {
    const test::TemporaryFolder folder;
    const std::filesystem::path repository =
        std::filesystem::path(GAINSTAGE_CHAINS).parent_path().parent_path();
    std::filesystem::create_directories(folder.path() / "demo-session");
    std::filesystem::create_directory_symlink(repository / "examples", folder.path() / "examples");
    for (const char* name : {"lead-vocal.flac", "bass-di.flac"}) { // two seconds of each will do
        test::write_stem(folder.path() / "demo-session" / name,
                         test::planar(test::programme(96'000, test::Seed{1}, 0.5), 1), 48000.0,
                         audio::io::SampleFormat::int24, audio::io::Container::flac);
    }
    std::ifstream guide(repository / "docs" / "guide" / "exercises.md");
    int commands = 0;
    int played = 0;
    for (std::string line; std::getline(guide, line);) {
        std::istringstream words(line);
        std::vector<std::string> arguments;
        for (std::string word; words >> word;) {
            arguments.push_back(word);
        }
        if (!line.starts_with("    ") || arguments.front() != "gainstage" ||
            arguments[1] == "demo") { // that one has a test of its own
            continue;
        }
        arguments.erase(arguments.begin());
        const auto run = test::run_gainstage(arguments, {.before_exec = [&] {
                                                 if (chdir(folder.path().c_str()) != 0) {
                                                     _exit(100);
                                                 }
                                             }});
        CAPTURE(line, run.err);
        CHECK(run.exit_code <= 1); // 1: findings
        played += run.err.find("wrote ") != std::string::npos ? 1 : 0;
        ++commands;
    }
    CHECK(commands >= 9);
    CHECK(played >= 5);
}
