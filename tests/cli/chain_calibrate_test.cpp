// SPDX-License-Identifier: MIT
// chain calibrate, as users meet it: a tone through an input that isn't as its data sheet says, and
// what the chain says afterwards.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <fstream>

using namespace gainstage;
using Json = nlohmann::json;
using test::run_gainstage;

namespace {

std::string box(double full_scale_dbu) {
    return "[[interface]]\nid = \"box\"\nmaker = \"My\"\nmodel = \"Box\"\nsource = "
           "\"s\"\nsource_kind = \"manual\"\nverified = true\n[[interface.inputs]]\nkind = "
           "\"line\"\ngain_min_db = 0\ngain_max_db = 40\nmax_input_dbu_at_min_gain = " +
           std::to_string(full_scale_dbu) + "\ninput_impedance_ohm = 10000\nverified = true\n";
}

/// A folder with a chain, its box by the sheet and as it really is, and a dry tone.
struct Bench {
    test::TemporaryFolder folder;

    Bench() {
        folder.write("sheet.toml", box(20.0));
        folder.write("real.toml", box(21.3));
        folder.write("b.chain.toml",
                     "[[source]]\nid = \"tone\"\naverage_dbu = 4\npeak_dbu = 4\n"
                     "[[source.device]]\ngear = \"box\"\ninput = \"line\"\ngain_db = 6\n");
        test::write_stem(folder.path() / "dry.wav",
                         test::planar(test::sine(997.0, 0.3, 96000, 48000.0), 1));
    }

    [[nodiscard]] std::string at(const char* name) const { return (folder.path() / name).string(); }

    [[nodiscard]] test::Run calibrate(const std::string& recording,
                                      const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words = {"chain",   "calibrate", at("b.chain.toml"),
                                          recording, "--gear",    at("sheet.toml")};
        words.insert(words.end(), more.begin(), more.end());
        return run_gainstage(words);
    }

    [[nodiscard]] Json solved(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words = {"chain", at("b.chain.toml"), "--json", "--gear",
                                          at("sheet.toml")};
        words.insert(words.end(), more.begin(), more.end());
        return Json::parse(run_gainstage(words).out);
    }
};

} // namespace

TEST_CASE("chain calibrate: finds by how much an input is off, and the chain then says what was "
          "recorded") {
    const Bench bench;
    REQUIRE(run_gainstage({"chain", bench.at("b.chain.toml"), "--gear", bench.at("real.toml"),
                           "--play", bench.at("dry.wav"), "-o", bench.at("tone.wav")})
                .exit_code <= 1);
    const auto dry_run = bench.calibrate(bench.at("tone.wav"), {"--dry-run", "--tone", "997"});
    CHECK(dry_run.exit_code == 0);
    CHECK_FALSE(std::filesystem::exists(bench.at("b.chain.calibration.toml")));
    const auto done = bench.calibrate(bench.at("tone.wav"), {"--tone", "997"});
    INFO(done.err);
    REQUIRE(done.exit_code == 0);
    CHECK(done.out.find("dB more than the data sheet's 20.00 dBu") != std::string::npos);

    const Json corrected = bench.solved()["sources"][0]["recorded"];
    const Json sheet = bench.solved({"--no-calibration"})["sources"][0]["recorded"];
    CHECK(corrected["calibrated_db"].get<double>() == Approx(1.3).margin(0.05));
    CHECK(sheet["calibrated_db"].is_null());
    const auto meter = run_gainstage({"meter", "--json", bench.at("tone.wav")});
    CHECK(corrected["average_dbfs"].get<double>() ==
          Approx(Json::parse(meter.out)["files"][0]["rms_aes17_dbfs"].get<double>()).margin(0.05));
    const auto text =
        run_gainstage({"chain", bench.at("b.chain.toml"), "--gear", bench.at("sheet.toml")});
    CHECK(text.out.find("calibrated: 1.3") != std::string::npos);

    // The same again writes the same: no date in it.
    const auto content = [&] {
        std::ifstream in(bench.at("b.chain.calibration.toml"));
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const std::string before = content();
    REQUIRE(bench.calibrate(bench.at("tone.wav")).exit_code == 0);
    CHECK(content() == before);

    // Another sheet: it no longer fits.
    const auto other = Json::parse(run_gainstage({"chain", bench.at("b.chain.toml"), "--json",
                                                  "--gear", bench.at("real.toml")})
                                       .out);
    CHECK(other["sources"][0]["recorded"]["calibrated_db"].is_null());
    CHECK(other["findings"].dump().find("chain.calibration-misfit") != std::string::npos);
}

TEST_CASE(
    "chain calibrate: refuses in one line what it can't go by, and never writes over a chain") {
    const Bench bench;
    test::write_stem(bench.folder.path() / "silent.wav", audio::AudioBuffer(1, 96000));
    test::write_stem(bench.folder.path() / "other.wav",
                     test::planar(test::sine(440.0, 0.3, 96000, 48000.0), 1));
    const auto refused = [](const test::Run& run, const std::string& words) {
        CHECK(run.exit_code >= 2);
        CHECK(run.error_lines() == 1);
        INFO(run.err);
        CHECK(run.err.find(words) != std::string::npos);
    };
    refused(bench.calibrate(bench.at("silent.wav")), "is silent");
    refused(bench.calibrate(bench.at("other.wav")), "a tone of 440.0 Hz");
    refused(bench.calibrate(bench.at("none.wav")), "none.wav");
    refused(bench.calibrate(bench.at("dry.wav"), {"--source", "nobody"}), "say one of: tone");
    refused(bench.calibrate(bench.at("dry.wav"), {"--channel", "2"}), "has 1 channels");
    refused(bench.calibrate(bench.at("dry.wav"), {"--dbu", "30"}), "no input is");
    bench.folder.write("b.chain.calibration.toml", "[[source]]\nid = \"x\"\n");
    refused(bench.calibrate(bench.at("dry.wav"), {"--dbu", "3.2"}), "unknown key \"source\"");
    refused(run_gainstage({"chain"}), "chain");
    CHECK(run_gainstage({"chain", "calibrate", "--help"})
              .out.find("Example: gainstage chain "
                        "calibrate") != std::string::npos);
}
