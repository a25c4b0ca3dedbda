// SPDX-License-Identifier: MIT
// `gainstage listen` on a real JACK server without a sound card.
#include <catch2/catch.hpp>

#include "audio/io/source.h"
#include "live/jack_server.h"
#include "live/listening.h"
#include "live/terminal.h"
#include "support/instruments.h"
#include "support/program.h"
#include "support/read_all.h"
#include "support/signals.h"
#include "support/temporary_folder.h"

#include <nlohmann/json.hpp>

using namespace gainstage;

namespace {

std::vector<std::string> arguments(int channels, std::vector<std::string> more) {
    more.insert(more.begin(),
                {"--backend", "jack", "--ports", "none", "--channels", std::to_string(channels)});
    return more;
}

audio::AudioBuffer sound_of(int channels, std::size_t frames) {
    std::vector<std::vector<float>> parts;
    for (int c = 0; c < channels; ++c) {
        parts.push_back(
            test::programme(frames, test::Seed{static_cast<std::uint64_t>(c + 1)}, 0.3 + 0.02 * c));
    }
    return test::planar(parts);
}

void listen_and_compare(int channels, int period_frames) {
    const auto sound = sound_of(channels, 5 * 48000);
    test::JackServer server(period_frames);
    for (int attempt = 0; attempt < 3; ++attempt) {
        const test::TemporaryFolder folder;
        const auto file = folder.path() / "take.wav";
        test::Listening listening(arguments(channels, {"--json", "--record", file.string()}));
        test::Player player(sound);
        REQUIRE(player.play());
        REQUIRE(player.wait_for_end(48000));
        const test::Run run = listening.end_by(SIGINT);
        INFO(run.err);
        const auto heard = nlohmann::json::parse(run.out);
        REQUIRE(heard["lost_frames"] == 0); // of ours: never
        auto source = audio::io::open(file);
        REQUIRE(source.ok());
        audio::AudioBuffer recorded(channels, (*source)->info().frames.value());
        REQUIRE((*source)->read(recorded.view()).ok());
        CHECK(recorded.frames() == heard["frames"].get<std::size_t>());
        const bool is_whole = test::holds(recorded, sound);
        if (!is_whole && heard["xruns"] != 0) { // the server's: the machine was too busy for it
            continue;
        }
        CHECK(is_whole);
        CHECK(run.exit_code == 0);
        CHECK(heard["end"] == "stopped");
        test::check_readings(heard, sound);
        return;
    }
    FAIL("jackd dropped sound three times, and counted xruns");
}

} // namespace

TEST_CASE("listen: live readings and the recording are those of what JACK plays") {
    listen_and_compare(2, 256);
}

TEST_CASE("listen: 32 channels at 64 frames lose nothing") { listen_and_compare(32, 64); }

TEST_CASE("listen: when JACK dies in mid-take the file is finished and it is said, exit 1") {
    const auto sound = sound_of(2, 60 * 48000);
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    test::JackServer server(256);
    test::Listening listening(arguments(2, {"--json", "--record", file.string()}));
    {
        test::Player player(sound);
        REQUIRE(player.play());
        REQUIRE(test::wait_until([&] { return player.played() > 48000; }));
        server.kill();
    }
    const test::Run run = listening.wait();
    CHECK(run.exit_code == 1);
    CHECK(run.err.find("is gone") != std::string::npos);
    CHECK(run.err.find(file.string()) != std::string::npos);
    const auto heard = nlohmann::json::parse(run.out);
    CHECK(heard["end"] == "device_gone");
    auto source = audio::io::open(file);
    REQUIRE(source.ok());
    CHECK((*source)->info().frames.value() == heard["frames"].get<std::uint64_t>());
    CHECK((*source)->info().frames.value() > 40000);
}

TEST_CASE("listen: another sample rate in mid-take: the file is finished and it is said, exit 1") {
    const auto sound = sound_of(2, 60 * 48000);
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    test::JackServer server(256, GAINSTAGE_SWITCHING_JACKD);
    test::Listening listening(arguments(2, {"--json", "--record", file.string()}));
    test::Player player(sound);
    REQUIRE(player.play());
    REQUIRE(test::wait_until([&] { return player.played() > 24000; }));
    server.switch_rate();
    const test::Run run = listening.wait();
    CHECK(run.exit_code == 1);
    CHECK(run.err.find("changed its sample rate; what came before is in " + file.string()) !=
          std::string::npos);
    const auto heard = nlohmann::json::parse(run.out);
    CHECK(heard["end"] == "rate_changed");
    CHECK(heard["sample_rate_hz"] == 48000.0);
    auto source = audio::io::open(file);
    REQUIRE(source.ok());
    CHECK((*source)->info().sample_rate.value() == 48000.0);
    CHECK((*source)->info().frames.value() == heard["frames"].get<std::uint64_t>());
    audio::AudioBuffer recorded(2, (*source)->info().frames.value());
    REQUIRE((*source)->read(recorded.view()).ok());
    const auto left = recorded.channel(0);
    const auto begin = std::find_if(left.begin(), left.end(), [](float x) { return x != 0.0f; });
    CHECK(left.end() - begin > 20000); // of the 24000 played; a busy server may drop a block
}

TEST_CASE("listen: killed with -9 it loses less than a second of the recording") {
    const auto sound = sound_of(2, 60 * 48000);
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    test::JackServer server(256);
    test::Listening listening(arguments(2, {"--json", "--record", file.string()}));
    test::Player player(sound);
    REQUIRE(player.play());
    REQUIRE(test::wait_until([&] { return player.played() > 3 * 48000; }));
    const std::size_t played = player.played();
    CHECK(listening.end_by(SIGKILL).exit_code == 128 + SIGKILL);
    server.kill(); // it would wait for its dead client, and the player for it
    auto source = audio::io::open(file);
    REQUIRE(source.ok());
    const std::size_t frames = (*source)->info().frames.value();
    CHECK(frames + 48000 > played);
    audio::AudioBuffer recorded(2, frames);
    REQUIRE((*source)->read(recorded.view()).ok());
    const auto left = recorded.channel(0);
    const auto begin = std::find_if(left.begin(), left.end(), [](float x) { return x != 0.0f; });
    CHECK(left.end() - begin + 48000 > static_cast<std::ptrdiff_t>(played));
}

TEST_CASE("listen: a line a second without a terminal, clips with their time, a log beside it") {
    auto sound = sound_of(1, 4 * 48000);
    sound.channel(0)[48000] = 1.0f;
    const test::TemporaryFolder folder;
    const auto log = folder.path() / "log.jsonl";
    test::JackServer server(256);
    test::Listening listening(arguments(1, {"--meters", "ppm-bbc,lufs-s", "--log", log.string()}));
    test::Player player(sound);
    REQUIRE(player.play());
    REQUIRE(player.wait_for_end(48000));
    const test::Run run = listening.end_by(SIGINT);
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("PPM BBC ") != std::string::npos);
    CHECK(run.out.find("keep playing: ") != std::string::npos);
    CHECK(run.out.find("\033[") == std::string::npos);
    std::ifstream rows(log);
    std::string row;
    std::string last;
    while (std::getline(rows, row)) {
        last = row;
        REQUIRE_NOTHROW(nlohmann::json::parse(row));
    }
    CHECK(nlohmann::json::parse(last)["clips"] == 1);
}

TEST_CASE("listen: on a terminal: meters by key, another size, and all as it was at the end") {
    test::JackServer server(256);
    setenv("NO_COLOR", "1", 1);
    std::vector<std::string> line = arguments(8, {"--meters", "digital"});
    line.insert(line.begin(), "listen");
    test::Terminal terminal(line, 80, 14);
    REQUIRE(terminal.shows("q end  c lamps out  n new run  m meters"));
    CHECK((terminal.mode().c_lflag & (ICANON | ECHO)) == 0);
    CHECK(terminal.drawn().find("Digital 8") != std::string::npos);
    terminal.send("m");
    REQUIRE(terminal.shows("[x] Digital"));
    terminal.send("e"); // VU
    REQUIRE(terminal.shows("[x] VU"));
    terminal.send("\r");
    REQUIRE(terminal.shows("VU 1 "));
    CHECK(terminal.drawn().find("VU 8") == std::string::npos); // 16 do not fit
    for (int i = 0; i < 16; ++i) {
        terminal.send(i % 2 == 0 ? "\033[B" : "\033[6~");
    }
    REQUIRE(terminal.shows("VU 8"));
    terminal.resize(40, 8);
    REQUIRE(terminal.shows("of 16: arrows"));
    REQUIRE(terminal.shows("of 16: arrows"));                    // a whole frame of the new size
    CHECK(terminal.drawn().find("\033[3") == std::string::npos); // NO_COLOR
    terminal.send("nc");
    REQUIRE(terminal.shows("keep playing"));
    terminal.send("q");
    CHECK(terminal.wait() == 0);
    CHECK(terminal.drawn().find("\033[?1049l") != std::string::npos);
    CHECK(terminal.drawn().find("Integrated") != std::string::npos); // the summary, after it
    CHECK((terminal.mode().c_lflag & (ICANON | ECHO)) == (ICANON | ECHO));
    unsetenv("NO_COLOR");
}

TEST_CASE("listen: JACK's ports and their card are listed, and one that isn't there is refused") {
    test::JackServer server(256);
    const test::Run list = test::run_gainstage({"listen", "--devices"});
    CHECK(list.exit_code == 0);
    CHECK(list.out.find("JACK: system  2 inputs, 48 kHz (default)") != std::string::npos);
    const test::Run refused =
        test::run_gainstage({"listen", "--backend", "jack", "--ports", "nobody:out"});
    CHECK(refused.exit_code == 2);
    CHECK(refused.err.find("matches no port of JACK") != std::string::npos);
}

TEST_CASE("listen: for screen readers, what is loud and what clips, nothing else") {
    auto sound = sound_of(2, 4 * 48000);
    sound.channel(1)[48000] = 1.0f;
    test::JackServer server(256);
    test::Listening listening(arguments(2, {"--say-above", "-60"}));
    test::Player player(sound);
    REQUIRE(player.play());
    REQUIRE(player.wait_for_end(48000));
    const test::Run run = listening.end_by(SIGINT);
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("input 2 clipped") != std::string::npos);
    CHECK(run.out.find("input 1 -") != std::string::npos);
    CHECK(run.out.find("VU") == std::string::npos);
    CHECK(run.out.find("\033[") == std::string::npos);
}

TEST_CASE("listen: three samples at full scale in a row are an error in the summary, exit 1") {
    auto sound = sound_of(1, 4 * 48000);
    for (std::size_t n = 48000; n < 48003; ++n) {
        sound.channel(0)[n] = 1.0f;
    }
    test::JackServer server(256);
    test::Listening listening(arguments(1, {"--json"}));
    test::Player player(sound);
    REQUIRE(player.play());
    REQUIRE(player.wait_for_end(48000));
    const test::Run run = listening.end_by(SIGINT);
    CHECK(run.exit_code == 1);
    const auto json = nlohmann::json::parse(run.out);
    REQUIRE(json["findings"].size() >= 1);
    CHECK(json["findings"][0]["code"] == "take.clipped-digital");
    CHECK(json["inputs"][0]["clips"] == 1);
}

TEST_CASE("listen: an input that clips before the converter is told while it plays, and as take "
          "tells it of the recording, exit 1") {
    const auto sound = test::through_a_clipping_preamp(3.0);
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    test::JackServer server(256);
    setenv("NO_COLOR", "1", 1);
    std::vector<std::string> line =
        arguments(2, {"--meters", "digital", "--record", file.string()});
    line.insert(line.begin(), "listen");
    test::Terminal terminal(line, 100, 30);
    {
        test::Player player(sound);
        REQUIRE(player.play());
        REQUIRE(terminal.shows(
            "CLIP BEFORE    input 1 is cut off before the converter, at -9.0 dBFS since 0:0"));
        REQUIRE(terminal.shows("keep playing")); // the other's advice stands below
        CHECK(terminal.drawn().find("input 2 is cut off") == std::string::npos);
        REQUIRE(player.wait_for_end(12000));
    }
    terminal.send("q");
    CHECK(terminal.wait() == 1);
    unsetenv("NO_COLOR");
    const auto heard = terminal.drawn().substr(terminal.drawn().find("\033[?1049l"));
    const auto take = nlohmann::json::parse(
        test::run_gainstage({"take", file.string(), "--json", "--no-pairs"}).out);
    const auto& findings = take["takes"][0]["findings"];
    const auto same = std::ranges::find_if(findings, [](const nlohmann::json& finding) {
        return finding["code"] == "take.clipped-analogue";
    });
    REQUIRE(same != findings.end());
    const auto evidence = (*same)["evidence"].get<std::string>();
    INFO(heard);
    INFO(evidence);
    CHECK(heard.find(evidence.substr(0, evidence.find(" dBFS"))) != std::string::npos);
    CHECK(heard.find("turn down before it") != std::string::npos);
}

TEST_CASE("listen: an input that clips before the converter is said once") {
    const auto sound = test::through_a_clipping_preamp(3.0);
    test::JackServer server(256);
    test::Listening saying(arguments(2, {"--say-above", "0"}));
    test::Player player(sound);
    REQUIRE(player.play());
    REQUIRE(player.wait_for_end(12000));
    const test::Run said = saying.end_by(SIGINT);
    CHECK(said.exit_code == 1);
    const auto at =
        said.out.find("input 1 is cut off before the converter, at -9.0 dBFS since 0:0");
    REQUIRE(at != std::string::npos);
    CHECK(said.out.find("turn down by", at) < said.out.find('\n', at));
    CHECK(said.out.find("input 1 is cut off", at + 1) == std::string::npos); // once
    CHECK(said.out.find("input 2 is cut off") == std::string::npos);
}

TEST_CASE("listen: without JACK it says how to start it") {
    setenv("JACK_DEFAULT_SERVER", "gainstage-nobody", 1);
    const test::Run run = test::run_gainstage({"listen", "--backend", "jack"});
    CHECK(run.exit_code == 3);
    CHECK(run.error_lines() == 1);
    CHECK(run.err.find("JACK isn't running; start it") != std::string::npos);
    CHECK(test::run_gainstage({"listen", "--meters", "foo"}).exit_code == 2);
}
