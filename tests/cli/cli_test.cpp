// SPDX-License-Identifier: MIT
// The program as users and scripts meet it: exit codes, one line an error, nothing lost, nothing
// half-written.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "audio/io/sink.h"
#include "support/bytes_of.h"
#include "support/program.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <cmath>
#include <csignal>
#include <fstream>
#include <limits>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace gainstage;
using test::bytes_of;
using test::run_gainstage;
using test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

/// A tone that fades in and out, of the given shape.
void write_tone(const fs::path& path,
                double seconds,
                int channels = 2,
                double rate_hz = 48000.0,
                double level_dbfs = -12.0) {
    const auto frames = static_cast<std::size_t>(seconds * rate_hz);
    const auto tone =
        test::planar(test::sine(997.0, test::linear(level_dbfs), frames, rate_hz), channels);
    auto sink = audio::io::create(path, {.sample = audio::io::SampleFormat::int24,
                                         .sample_rate = Hertz{rate_hz},
                                         .layout = audio::ChannelLayout::default_for(channels)});
    REQUIRE(sink);
    REQUIRE((*sink)->write(tone.view()));
    REQUIRE((*sink)->commit());
}

void write_samples(const fs::path& path, const std::vector<float>& samples) {
    auto sink = audio::io::create(path, {.sample = audio::io::SampleFormat::float32,
                                         .layout = audio::ChannelLayout::default_for(1)});
    REQUIRE(sink);
    REQUIRE((*sink)->write(test::planar(samples, 1).view()));
    REQUIRE((*sink)->commit());
}

/// A session of programme-like stems.
void write_session(const fs::path& folder, int stems, double seconds) {
    fs::create_directories(folder);
    for (int i = 0; i < stems; ++i) {
        const auto frames = static_cast<std::size_t>(seconds * 48000.0);
        const auto signal =
            test::programme(frames, test::Seed{static_cast<std::uint64_t>(i + 1)}, 0.4);
        auto sink = audio::io::create(folder / ("stem-" + std::to_string(i) + ".wav"),
                                      {.layout = audio::ChannelLayout::default_for(1)});
        REQUIRE(sink);
        REQUIRE((*sink)->write(test::planar(signal, 1).view()));
        REQUIRE((*sink)->commit());
    }
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    return names;
}

/// Every file in the folder is whole: no temporary is left, sound can be read to its end, documents
/// are complete.
void require_only_whole_files(const fs::path& folder) {
    if (!fs::exists(folder)) {
        return;
    }
    for (const std::string& name : names_in(folder)) {
        CAPTURE(name);
        REQUIRE(name.front() != '.');
        const fs::path path = folder / name;
        if (path.extension() == ".json") {
            REQUIRE(nlohmann::json::accept(bytes_of(path)));
        } else if (path.extension() == ".html") {
            REQUIRE(bytes_of(path).find("</html>") != std::string::npos);
        } else {
            REQUIRE(run_gainstage({"meter", path.string()}).exit_code == 0);
        }
    }
}

/// What FFmpeg says of a file: the last "key: number" of its log.
double ffmpeg_figure(const std::string& log, const std::string& key) {
    const auto at = log.rfind(key);
    CAPTURE(key, log);
    REQUIRE(at != std::string::npos);
    return std::stod(log.substr(at + key.size()));
}

std::string ffmpeg_log(const fs::path& file, const std::string& filter) {
    const std::string command =
        "ffmpeg -nostdin -hide_banner -i '" + file.string() + "' -af " + filter + " -f null - 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string log;
    char buffer[4096];
    for (std::size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
        log.append(buffer, got);
    }
    REQUIRE(pclose(pipe) == 0);
    return log;
}

/// Our figures of a file beside FFmpeg's ebur128 and astats, within their resolution.
void require_ffmpeg_agrees(const fs::path& path, const nlohmann::json& ours) {
    CAPTURE(path.string());
    const std::string loudness = ffmpeg_log(path, "ebur128=peak=true:framelog=verbose");
    // Printed to 0.1; the range also differs by how percentiles are taken between two histogram
    // steps.
    CHECK(ours["integrated_lufs"].get<double>() ==
          Approx(ffmpeg_figure(loudness, "I:")).margin(0.06));
    CHECK(ours["loudness_range_lu"].get<double>() ==
          Approx(ffmpeg_figure(loudness, "LRA:")).margin(0.2));
    // Both read four times oversampled, through different filters: EBU allows +0.2/-0.4 dB.
    CHECK(ours["true_peak_dbtp"].get<double>() ==
          Approx(ffmpeg_figure(loudness, "Peak:")).margin(0.2));
    const std::string levels = ffmpeg_log(path, "astats=measure_perchannel=none");
    CHECK(ours["sample_peak_dbfs"].get<double>() ==
          Approx(ffmpeg_figure(levels, "Peak level dB:")).margin(0.001));
    CHECK(ours["rms_dbfs"].get<double>() ==
          Approx(ffmpeg_figure(levels, "RMS level dB:")).margin(0.001));
    CHECK(ours["dc_offset"].get<double>() ==
          Approx(ffmpeg_figure(levels, "DC offset:")).margin(2e-6));
}

} // namespace

TEST_CASE("every verb's help has an example, and an unknown word gives exit code 2 and one line") {
    for (const char* verb :
         {"meter", "take", "stage", "master", "produce", "demo", "conformance"}) {
        const auto help = run_gainstage({verb, "--help"});
        CAPTURE(verb);
        CHECK(help.exit_code == 0);
        CHECK(help.out.find("Example: gainstage ") != std::string::npos);
    }
    CHECK(run_gainstage({"--version"}).out.rfind("gainstage ", 0) == 0);
    for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                  {"metre"},
                                                  {"meter"},
                                                  {"meter", "--jason", "x.wav"},
                                                  {"master", "x.wav"},
                                                  {"stage"}}) {
        const auto run = run_gainstage(words);
        CHECK(run.exit_code == 2);
        CHECK(run.error_lines() == 1);
        CHECK(run.out.empty());
    }
}

TEST_CASE("a file that can't be metered gives one line that names it, and exit code 3") {
    TemporaryFolder folder;
    write_tone(folder.path() / "good.wav", 1.0);
    const std::string good = bytes_of(folder.path() / "good.wav");
    folder.write("empty.wav", "");
    folder.write("garbage.wav", std::string(5000, '?'));
    folder.write("text.flac", "this is a text\n");
    folder.write("header-only.wav", good.substr(0, 20));
    folder.write("folder.wav/note.txt", "no sound here");
    for (const char* name : {"missing.wav", "empty.wav", "garbage.wav", "text.flac",
                             "header-only.wav", "folder.wav"}) {
        const auto run = run_gainstage({"meter", (folder.path() / name).string()});
        CAPTURE(name, run.err);
        CHECK(run.exit_code == 3);
        CHECK(run.error_lines() == 1);
        CHECK(run.err.find(name) != std::string::npos);
        CHECK(run.err.find("; ") != std::string::npos); // says what to do
    }
}

TEST_CASE(
    "meter --layout says what channels are for: weights are printed, a guess is warned about") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "bed.wav";
    write_tone(file, 3.0, 12, 48000.0, -30.0);
    const auto guessed = run_gainstage({"meter", "--json", file});
    CHECK(guessed.exit_code == 0);
    CHECK(guessed.err.find("doesn't say what its 12 channels are for") != std::string::npos);
    CHECK(guessed.err.find("--layout 7.1.4") != std::string::npos);
    const auto told = run_gainstage({"meter", "--json", "--layout", "7.1.4", file});
    CHECK(told.exit_code == 0);
    CHECK(told.err.empty());
    const auto before = nlohmann::json::parse(guessed.out)["files"][0];
    const auto after = nlohmann::json::parse(told.out)["files"][0];
    CHECK(after["layout"] == "7.1.4");
    CHECK(after["channels_detail"][3]["loudness_weight"] == 0.0);
    CHECK(after["channels_detail"][4]["loudness_weight"] == 1.0);
    CHECK(after["channels_detail"][6]["loudness_weight"] == 1.41);
    CHECK(after["integrated_lufs"].get<double>() - before["integrated_lufs"].get<double>() ==
          Approx(10.0 * std::log10((9.0 + 2.0 * 1.41) / 12.0)).margin(1e-3));
    const auto text = run_gainstage({"meter", "--layout", "7.1.4", file}).out;
    CHECK(text.find("Ls, Rs count 1.41, LFE nothing") != std::string::npos);
    const auto wrong = run_gainstage({"meter", "--layout", "5.1", file});
    CHECK(wrong.exit_code == 3);
    CHECK(wrong.err.find("has 12 channels, 5.1 has 6") != std::string::npos);
    CHECK(run_gainstage({"meter", "--layout", "9.9", file}).exit_code == 2);
}

TEST_CASE("conformance: the EBU's files are measured, a folder without them gives exit code 3") {
    const TemporaryFolder folder;
    const auto none = run_gainstage({"conformance", "--ebu-files", folder.path()});
    CHECK(none.exit_code == 3);
    CHECK(none.err.find("holds none of the EBU's files") != std::string::npos);
    write_tone(folder.path() / "seq-3341-2-16bit.wav", 20.0, 2, 48000.0, -33.0);
    const auto right = run_gainstage({"conformance", "--ebu-files", folder.path()});
    CHECK(right.exit_code == 0);
    CHECK(right.out.find("All 3 pass.") != std::string::npos);
    write_tone(folder.path() / "seq-3341-1-16bit.wav", 20.0, 2, 48000.0, -22.0);
    const auto wrong = run_gainstage({"conformance", "--json", "--ebu-files", folder.path()});
    CHECK(wrong.exit_code == 1);
    CHECK(nlohmann::json::parse(wrong.out)["failed"] == 3);
}

TEST_CASE("conformance: Ctrl-C ends it, and half a table isn't shown") {
    const auto run = run_gainstage({"conformance", "--threads", "1"}, {.interrupt_after_ms = 150});
    CHECK(run.exit_code == 130);
    CHECK(run.out.empty());
}

TEST_CASE("one bad file of many is listed, the others are metered, exit code 1") {
    TemporaryFolder folder;
    write_tone(folder.path() / "a.wav", 1.0);
    write_tone(folder.path() / "c.wav", 1.0);
    folder.write("b.wav", "no sound");
    const auto run = run_gainstage({"meter", "--json", folder.path().string()});
    CHECK(run.exit_code == 1);
    CHECK(run.error_lines() == 1);
    const auto document = nlohmann::json::parse(run.out);
    REQUIRE(document["files"].size() == 3);
    CHECK(document["files"][0]["true_peak_dbtp"].get<double>() == Approx(-12.0).margin(0.05));
    CHECK(document["files"][1].size() == 2);
    CHECK(document["files"][1].contains("error"));
    CHECK(document["files"][2]["channels"] == 2);
}

TEST_CASE("awkward but valid sound is metered: no frames, one frame, 64 channels, 8 and 768 kHz, a "
          "wrong extension") {
    TemporaryFolder folder;
    write_tone(folder.path() / "none.wav", 0.0);
    write_tone(folder.path() / "one.wav", 1.0 / 48000.0);
    write_tone(folder.path() / "many.wav", 0.5, 64);
    write_tone(folder.path() / "low.wav", 1.0, 1, 8000.0);
    write_tone(folder.path() / "high.wav", 0.5, 1, 768000.0);
    write_tone(folder.path() / "wav.mp3", 1.0);
    for (const char* name : {"none.wav", "one.wav", "many.wav", "low.wav", "high.wav", "wav.mp3"}) {
        const auto run = run_gainstage({"meter", "--json", (folder.path() / name).string()});
        CAPTURE(name, run.err);
        CHECK(run.exit_code == 0);
        CHECK((run.err.empty() ||
               (name == std::string("many.wav") &&
                run.err.find("doesn't say what its 64 channels are for") != std::string::npos)));
        const auto file = nlohmann::json::parse(run.out)["files"][0];
        CHECK(file["path"] == (folder.path() / name).string());
    }
    const auto none = nlohmann::json::parse(
        run_gainstage({"meter", "--json", (folder.path() / "none.wav").string()}).out)["files"][0];
    CHECK(none["frames"] == 0);
    CHECK(none["sample_peak_dbfs"].is_null());
    CHECK(none["integrated_lufs"].is_null());
}

TEST_CASE("NaN and infinite samples are told, and never leave the program") {
    TemporaryFolder folder;
    auto samples = test::sine(997.0, 0.25, 48000, 48000.0);
    samples[1000] = std::numeric_limits<float>::quiet_NaN();
    samples[2000] = std::numeric_limits<float>::infinity();
    write_samples(folder.path() / "nan.wav", samples);
    for (const char* option : {"--json", "--csv"}) {
        const auto run = run_gainstage({"meter", option, (folder.path() / "nan.wav").string()});
        CHECK(run.out.find("nan,") == std::string::npos);
        CHECK(run.out.find("NaN") == std::string::npos);
    }
    const auto take = nlohmann::json::parse(
        run_gainstage({"take", "--json", (folder.path() / "nan.wav").string()}).out);
    CHECK(take.dump().find("take.non-finite") != std::string::npos);
    const auto run = run_gainstage({"master", (folder.path() / "nan.wav").string(), "--for",
                                    "streaming", "-o", (folder.path() / "out").string()});
    CHECK(run.exit_code <= 1);
    const auto master = nlohmann::json::parse(
        run_gainstage({"meter", "--json", (folder.path() / "out").string()}).out);
    CHECK(master["files"][0]["true_peak_dbtp"].get<double>() <= -0.99);
}

TEST_CASE("a file that may not be read, a folder that may not be written") {
    if (geteuid() != 0) {
        WARN("not run: needs root to become another user");
        return;
    }
    TemporaryFolder folder;
    fs::permissions(folder.path(), fs::perms(0755));
    write_tone(folder.path() / "secret.wav", 1.0);
    write_tone(folder.path() / "open.wav", 1.0);
    fs::permissions(folder.path() / "secret.wav", fs::perms(0600));
    fs::create_directory(folder.path() / "closed");
    const test::RunOptions as_nobody{.before_exec = [] {
        constexpr unsigned nobody = 65534;
        if (setgid(nobody) != 0 || setuid(nobody) != 0) {
            _exit(126);
        }
    }};
    // The program itself must be reachable by that user: skip where the build folder isn't.
    if (run_gainstage({"--version"}, as_nobody).exit_code != 0) {
        WARN("not run: the program can't be started by another user here");
        return;
    }
    const auto read = run_gainstage({"meter", (folder.path() / "secret.wav").string()}, as_nobody);
    CHECK(read.exit_code == 3);
    CHECK(read.err.find("secret.wav: can't be opened: Permission denied") != std::string::npos);
    const auto write = run_gainstage({"master", (folder.path() / "open.wav").string(), "--for",
                                      "cd", "-o", (folder.path() / "closed").string()},
                                     as_nobody);
    CHECK(write.exit_code == 3);
    CHECK(write.error_lines() == 1);
    CHECK(names_in(folder.path() / "closed").empty());
}

TEST_CASE("results that can't be written to standard output give exit code 3 and a line") {
    TemporaryFolder folder;
    write_tone(folder.path() / "a.wav", 1.0);
    const auto run = run_gainstage({"meter", "--json", (folder.path() / "a.wav").string()},
                                   {.stdout_path = "/dev/full"});
    CHECK(run.exit_code == 3);
    CHECK(run.err.find("standard output: can't be written") != std::string::npos);
}

TEST_CASE("one bad stem of forty doesn't stop the other thirty-nine") {
    TemporaryFolder folder;
    write_session(folder.path() / "session", 40, 1.5);
    std::ofstream(folder.path() / "session" / "stem-7.wav", std::ios::binary) << "no sound";
    const fs::path out = folder.path() / "out";
    const auto run = run_gainstage({"produce", (folder.path() / "session").string(), "--for",
                                    "streaming", "-o", out.string()});
    CAPTURE(run.err);
    CHECK(run.exit_code == 1);
    CHECK(run.err.find("stem-7.wav") != std::string::npos);
    const auto report = nlohmann::json::parse(bytes_of(out / "report.json"));
    CHECK(report["takes"].size() == 40);
    CHECK(nlohmann::json::parse(bytes_of(out / "plan.json"))["tracks"].size() == 39);
    CHECK(fs::exists(out / "master-streaming.wav"));
    require_only_whole_files(out);
}

TEST_CASE("a full disk leaves only whole files, and a line says which one had no room") {
    TemporaryFolder folder;
    write_session(folder.path() / "session", 3, 4.0);
    const auto produce_into = [&](const fs::path& out, const test::RunOptions& options) {
        const auto run = run_gainstage({"produce", (folder.path() / "session").string(), "--for",
                                        "streaming,cd", "-o", out.string()},
                                       options);
        CAPTURE(run.err);
        CHECK((run.exit_code == 3 || run.exit_code == 1));
        CHECK(run.err.find(out.string()) != std::string::npos);
        require_only_whole_files(out);
    };
    SECTION("a limit on the size of a file") {
        const test::RunOptions limited{.before_exec = [] {
            const rlimit limit{200000, 200000};
            setrlimit(RLIMIT_FSIZE, &limit);
            std::signal(SIGXFSZ,
                        SIG_IGN); // as a shell with `trap '' XFSZ`: the write fails with EFBIG
        }};
        produce_into(folder.path() / "out", limited);
    }
    SECTION("a small tmpfs") {
        const fs::path out = folder.path() / "small";
        fs::create_directory(out);
        if (mount("tmpfs", out.c_str(), "tmpfs", 0, "size=2m") != 0) {
            WARN("not run: a tmpfs can't be mounted here");
            return;
        }
        produce_into(out, {});
        umount2(out.c_str(), MNT_DETACH);
    }
}

TEST_CASE("Ctrl-C at any moment of produce leaves only whole files") {
    TemporaryFolder folder;
    write_session(folder.path() / "session", 6, 8.0);
    int stopped = 0;
    for (const int after_ms : {0, 15, 40, 80, 130, 200, 300, 450, 700}) {
        const fs::path out = folder.path() / ("out-" + std::to_string(after_ms));
        const auto run = run_gainstage({"produce", (folder.path() / "session").string(), "--for",
                                        "streaming,cd,broadcast", "-o", out.string()},
                                       {.interrupt_after_ms = after_ms});
        CAPTURE(after_ms, run.err);
        CHECK((run.exit_code == 130 || run.exit_code == 0 || run.exit_code == 1));
        stopped += run.exit_code == 130 ? 1 : 0;
        require_only_whole_files(out);
    }
    CHECK(stopped > 0);
}

TEST_CASE("an input is never written over") {
    TemporaryFolder folder;
    write_session(folder.path() / "session", 2, 1.0);
    fs::rename(folder.path() / "session" / "stem-0.wav", folder.path() / "session" / "mix.wav");
    const std::string before = bytes_of(folder.path() / "session" / "mix.wav");
    const auto run = run_gainstage({"produce", (folder.path() / "session").string(), "--for",
                                    "streaming", "-o", (folder.path() / "session").string()});
    CHECK(run.exit_code != 0);
    CHECK(run.err.find("mix.wav") != std::string::npos);
    CHECK(bytes_of(folder.path() / "session" / "mix.wav") == before);
}

TEST_CASE("neither is a session by its plan, nor one mix by another's master") {
    TemporaryFolder folder;
    write_session(folder.path() / "session", 2, 1.0);
    folder.write("session/session.toml", "title = \"Mine\"\n");
    const std::string session = (folder.path() / "session").string();
    const auto plan = run_gainstage({"stage", session, "--plan", session + "/session.toml"});
    CHECK(plan.exit_code == 2);
    CHECK(bytes_of(folder.path() / "session" / "session.toml") == "title = \"Mine\"\n");

    write_tone(folder.path() / "a.wav", 2.0);
    write_tone(folder.path() / "a-cd.wav", 2.0);
    const std::string before = bytes_of(folder.path() / "a-cd.wav");
    const auto master = run_gainstage({"master", (folder.path() / "a.wav").string(),
                                       (folder.path() / "a-cd.wav").string(), "--for", "cd", "-o",
                                       folder.path().string()});
    CHECK(master.exit_code == 2);
    CHECK(bytes_of(folder.path() / "a-cd.wav") == before);
}

TEST_CASE("a plan that was written gives the same mix to the bit when it is applied, on any number "
          "of threads") {
    TemporaryFolder folder;
    write_session(folder.path() / "session", 5, 3.0);
    const std::string plan = (folder.path() / "plan.json").string();
    const auto path = [&](const char* name) { return (folder.path() / name).string(); };
    REQUIRE(run_gainstage({"stage", path("session"), "--plan", plan, "-o", path("a")}).exit_code <=
            1);
    REQUIRE(
        run_gainstage({"stage", "--apply", plan, "-o", path("b"), "--threads", "1"}).exit_code ==
        0);
    REQUIRE(
        run_gainstage({"stage", "--apply", plan, "-o", path("c"), "--threads", "7"}).exit_code ==
        0);
    CHECK(bytes_of(folder.path() / "a" / "mix.wav") == bytes_of(folder.path() / "b" / "mix.wav"));
    CHECK(bytes_of(folder.path() / "a" / "mix.wav") == bytes_of(folder.path() / "c" / "mix.wav"));
    CHECK(run_gainstage({"stage", path("session"), "--dry-run"}).exit_code <= 1);
}

TEST_CASE("master and produce reject what makes no sense, in one line") {
    TemporaryFolder folder;
    write_tone(folder.path() / "a.wav", 2.0);
    const std::string file = (folder.path() / "a.wav").string();
    const std::string out = (folder.path() / "out").string();
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"master", file, "--for", "steaming", "-o", out},
          {"master", file, "--for", "cd", "--target", "nan", "-o", out},
          {"master", file, "--for", "cd", "--target", "5", "-o", out},
          {"master", file, "--for", "cd", "--ceiling", "3", "-o", out},
          {"meter", "--threads", "-1", file}}) {
        const auto run = run_gainstage(words);
        CAPTURE(run.err);
        CHECK(run.exit_code == 2);
        CHECK(run.error_lines() == 1);
        CHECK(!fs::exists(out));
    }
    CHECK(run_gainstage({"master", file, "--for", "steaming", "-o", out})
              .err.find("did you mean streaming?") != std::string::npos);
}

TEST_CASE("file names come from a list as well, NUL-separated if asked") {
    TemporaryFolder folder;
    write_tone(folder.path() / "a b.wav", 0.5);
    write_tone(folder.path() / "c.wav", 0.5);
    const std::string names =
        (folder.path() / "a b.wav").string() + '\0' + (folder.path() / "c.wav").string() + '\0';
    const auto run =
        run_gainstage({"meter", "--csv", "--files-from", "-", "-0"}, {.stdin_text = names});
    CHECK(run.exit_code == 0);
    CHECK(std::ranges::count(run.out, '\n') == 3);
}

TEST_CASE("the demo is written once, kept when it was changed, and produces cleanly") {
    TemporaryFolder folder;
    const fs::path session = folder.path() / "demo-session";
    REQUIRE(run_gainstage({"demo", session.string()}).exit_code == 0);
    std::ofstream(session / "session.toml", std::ios::app) << "\n# mine\n";
    const std::string mine = bytes_of(session / "session.toml");
    const auto again = run_gainstage({"demo", session.string()});
    CHECK(again.exit_code == 0);
    CHECK(again.err.find("kept") != std::string::npos);
    CHECK(bytes_of(session / "session.toml") == mine);

    const fs::path out = folder.path() / "out";
    const auto run = run_gainstage({"produce", session.string(), "--for",
                                    "streaming,cd,broadcast,podcast", "-o", out.string()});
    CAPTURE(run.err);
    CHECK(run.exit_code <= 1);
    for (const char* name :
         {"mix.wav", "master-streaming.wav", "master-cd.wav", "master-broadcast.wav",
          "master-podcast.wav", "plan.json", "report.json", "report.html"}) {
        CHECK(fs::exists(out / name));
    }
    require_only_whole_files(out);

    const auto report = nlohmann::json::parse(bytes_of(out / "report.json"));
    require_ffmpeg_agrees(out / "mix.wav", report["mix"]);
    for (const auto& master : report["masters"]) {
        require_ffmpeg_agrees(out / fs::path(master["file"].get<std::string>()).filename(), master);
    }
}

TEST_CASE("meter: every format says the same, file by file and in order") {
    const TemporaryFolder folder;
    write_tone(folder.path() / "a.wav", 1.0);
    write_tone(folder.path() / "b\tb.wav", 0.2, 1);
    folder.write("c.wav", "no sound");
    const std::string where = folder.path().string();
    const auto document =
        nlohmann::ordered_json::parse(run_gainstage({"meter", "--json", where}).out)["files"];
    REQUIRE(document.size() == 3);
    std::istringstream lines(run_gainstage({"meter", "--jsonl", where}).out);
    std::istringstream rows(run_gainstage({"meter", "--tsv", where}).out);
    std::string header;
    std::getline(rows, header);
    const auto tabs = std::ranges::count(header, '\t');
    for (const auto& file : document) {
        std::string line;
        REQUIRE(std::getline(lines, line));
        auto object = nlohmann::ordered_json::parse(line);
        CHECK(object["schema"]["name"] == "gainstage.meter.file");
        object.erase("schema");
        CHECK(object == file);
        REQUIRE(std::getline(rows, line));
        CHECK(std::ranges::count(line, '\t') == tabs);
    }
    CHECK(run_gainstage({"meter", "--jsonl", "--csv", where}).exit_code == 2);
}

TEST_CASE("meter: standard input reads as the file does") {
    const TemporaryFolder folder;
    write_tone(folder.path() / "a.wav", 1.0);
    const auto from_file = nlohmann::json::parse(
        run_gainstage({"meter", "--json", (folder.path() / "a.wav").string()}).out);
    const test::Run piped =
        run_gainstage({"meter", "--json", "-"}, {.stdin_text = bytes_of(folder.path() / "a.wav")});
    auto from_pipe = nlohmann::json::parse(piped.out);
    CHECK(from_pipe["files"][0]["path"] == "-");
    from_pipe["files"][0]["path"] = from_file["files"][0]["path"];
    CHECK(from_pipe == from_file);
    const test::Run nothing = run_gainstage({"meter", "-"});
    CHECK(nothing.exit_code == 3);
    CHECK(nothing.err.starts_with("gainstage: standard input: is empty"));
    CHECK(nothing.error_lines() == 1);
}

TEST_CASE("meter: samples that are no numbers are counted, measured as silence, and exit 1") {
    const TemporaryFolder folder;
    std::vector<float> samples(48000, 0.25f);
    samples[100] = std::numeric_limits<float>::quiet_NaN();
    samples[200] = std::numeric_limits<float>::infinity();
    write_samples(folder.path() / "a.wav", samples);
    const test::Run run = run_gainstage({"meter", "--json", (folder.path() / "a.wav").string()});
    CHECK(run.exit_code == 1);
    CHECK(run.error_lines() == 1);
    CHECK(run.err.find("2 samples are NaN or infinite") != std::string::npos);
    const auto file = nlohmann::json::parse(run.out)["files"][0];
    CHECK(file["non_finite_samples"] == 2);
    CHECK(file["sample_peak_dbfs"].get<double>() == Approx(-12.0412).margin(0.001));
}

TEST_CASE("meter --meters: needles' readings over time stand in the series and in the text") {
    const TemporaryFolder folder;
    const auto stereo = (folder.path() / "a.wav").string();
    const auto mono = (folder.path() / "b.wav").string();
    // 997 Hz at -18 dBFS, the alignment level
    const auto tone = test::sine(997.0, test::linear(-18.0), 144000, 48000.0);
    test::write_stem(stereo, test::planar(tone, 2));
    test::write_stem(mono, test::planar(tone, 1));
    const fs::path series = folder.path() / "levels.csv";
    const auto run = run_gainstage({"meter", stereo, mono, "--meters", "vu,ppm-bbc,lufs-m,lufs-i",
                                    "--csv-series", series.string()});
    REQUIRE(run.exit_code == 0);
    CHECK(run.out.find("a.wav: VU 0.1 / 0.1 VU, PPM BBC 4.0 / 4.0 mark") != std::string::npos);
    std::istringstream rows(bytes_of(series));
    std::string row;
    std::getline(rows, row);
    CHECK(row == "path,time_s,momentary_lufs,short_term_lufs,true_peak_dbtp,vu_vu_1,vu_vu_2,"
                 "ppm_bbc_mark_1,ppm_bbc_mark_2,integrated_so_far_lufs\r");
    const auto fields = [&] {
        std::vector<std::string> out;
        std::istringstream line(row);
        for (std::string field; std::getline(line, field, ',');) {
            out.push_back(field);
        }
        return out;
    };
    for (int i = 0; i < 30; ++i) {
        std::getline(rows, row);
    }
    REQUIRE(fields().size() == 10);
    CHECK(std::stod(fields()[6]) == Approx(0.0).margin(0.05));
    CHECK(std::stod(fields()[8]) == Approx(4.0).margin(0.025));
    CHECK(std::stod(fields()[9]) == Approx(-18.0).margin(0.1));
    std::getline(rows, row); // the mono file: its second channel is empty
    REQUIRE(fields().size() == 10);
    CHECK(fields()[6].empty());
    CHECK(fields()[8].empty());
    const auto refused = run_gainstage({"meter", stereo, "--meters", "vu,foo"});
    CHECK(refused.exit_code == 2);
    CHECK(refused.err.find("ppm-nordic") != std::string::npos);
}

TEST_CASE(
    "meter --meters: highest, mean and last reading stand in JSON and CSV, also of a cut file") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "a.wav").string();
    // 40 s, so that threads share it: half a line-up tone, half 8 dB less
    auto tone = test::sine(997.0, test::linear(-18.0), 40 * 8000, 8000.0);
    for (std::size_t n = tone.size() / 2; n < tone.size(); ++n) {
        tone[n] *= static_cast<float>(test::linear(-8.0));
    }
    test::write_stem(path, test::planar(tone, 2), 8000.0);
    for (const char* const threads : {"1", "3"}) {
        const auto run = run_gainstage(
            {"meter", path, "--json", "--meters", "ppm-bbc,correlation", "--threads", threads});
        REQUIRE(run.exit_code == 0);
        const auto file = nlohmann::json::parse(run.out)["files"][0];
        for (int channel = 0; channel < 2; ++channel) {
            CHECK(file["highest_ppm_bbc_mark"][channel].get<double>() == Approx(4.0).margin(0.03));
            CHECK(file["last_ppm_bbc_mark"][channel].get<double>() == Approx(2.0).margin(0.03));
            CHECK(file["mean_ppm_bbc_mark"][channel].get<double>() == Approx(3.0).margin(0.1));
        }
        CHECK(file["last_moving_correlation"].get<double>() == Approx(1.0).margin(1e-6));
        const auto csv = run_gainstage(
            {"meter", path, "--csv", "--meters", "ppm-bbc,correlation", "--threads", threads});
        CHECK(csv.out.find(",highest_ppm_bbc_mark_1,mean_ppm_bbc_mark_1,last_ppm_bbc_mark_1,"
                           "highest_ppm_bbc_mark_2,") != std::string::npos);
        CHECK(std::count(csv.out.begin(), csv.out.begin() + csv.out.find('\n'), ',') ==
              std::count(csv.out.begin() + csv.out.find('\n'), csv.out.end(), ','));
    }
    const auto nothing = run_gainstage({"meter", path, "/nowhere.wav", "--csv", "--meters", "vu"});
    CHECK(nothing.exit_code == 1);
}

TEST_CASE("meter: a series has ten rows a second, however long, and nothing is left by a stop") {
    const TemporaryFolder folder;
    write_tone(folder.path() / "a.wav", 500.0, 1, 8000.0); // more than the pictures' 4096 points
    const fs::path series = folder.path() / "levels.csv";
    const std::string file = (folder.path() / "a.wav").string();
    REQUIRE(run_gainstage({"meter", file, "--series", series.string()}).exit_code == 0);
    std::istringstream rows(bytes_of(series));
    std::string row;
    std::getline(rows, row);
    CHECK(row == "path,time_s,momentary_lufs,short_term_lufs,true_peak_dbtp\r");
    int count = 0;
    std::string last;
    while (std::getline(rows, row)) {
        ++count;
        last = row;
    }
    CHECK(count == 5000);
    CHECK(last.find(",500,-1") != std::string::npos);
    CHECK(run_gainstage({"meter", file, "--series", "/nowhere/levels.csv"}).exit_code == 3);
    fs::remove(series);
    CHECK(run_gainstage({"meter", file, "--series", series.string()}, {.interrupt_after_ms = 1})
              .exit_code == 130);
    CHECK(names_in(folder.path()) == std::vector<std::string>{"a.wav"});
}
