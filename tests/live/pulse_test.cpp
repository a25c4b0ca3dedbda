// SPDX-License-Identifier: MIT
// `gainstage listen` on a real PulseAudio server without a sound card, through RtAudio.
#include "live/listening.h"
#include "live/pulse_server.h"

#include "audio/io/source.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

using namespace gainstage;

namespace {

/// Where none can be started (a container that forbids it): that is said, and nothing is tested.
bool is_there(test::PulseServer& server) {
    const bool runs = server.runs();
    if (!runs) {
        WARN("not run: PulseAudio doesn't start here");
    }
    return runs;
}

bool has_grown_to(const std::filesystem::path& file, std::uintmax_t bytes) {
    return test::wait_until([&] {
        std::error_code none;
        const auto size = std::filesystem::file_size(file, none);
        return !none && size >= bytes;
    });
}

} // namespace

TEST_CASE("PulseAudio: a sink's monitor is listed, and its readings are those of what is played") {
    test::PulseServer server(2);
    if (!is_there(server)) {
        return;
    }
    const auto use = [&] { server.use(); };
    test::Listening listed({"--devices"}, use);
    CHECK(listed.wait().out.find("Pulse: Monitor of ") != std::string::npos);

    const auto sound = test::planar(
        {test::programme(48000, test::Seed{1}, 0.4), test::programme(48000, test::Seed{2}, 0.2)});
    const test::TemporaryFolder folder;
    // After silence: a null sink that begins to play takes back what it had given, silence, and its
    // monitor never has the first 10 ms.
    std::vector<std::vector<float>> played(2, std::vector<float>(9600));
    for (int c = 0; c < 2; ++c) {
        auto& channel = played[static_cast<std::size_t>(c)];
        channel.insert(channel.end(), sound.channel(c).begin(), sound.channel(c).end());
    }
    test::write_stem(folder.path() / "sound.wav", test::planar(played));
    const auto take = folder.path() / "take.wav";
    test::Listening listening(
        {"--backend", "rtaudio", "--device", "Monitor of", "--json", "--record", take.string()},
        use);
    REQUIRE(has_grown_to(take, 20000));
    REQUIRE(server.play(folder.path() / "sound.wav"));
    REQUIRE(has_grown_to(take, std::filesystem::file_size(take) + 24000 * 2 * sizeof(float)));
    const auto run = listening.end_by(SIGINT);
    INFO(run.err);
    CHECK(run.exit_code == 0);
    const auto heard = nlohmann::json::parse(run.out);
    CHECK(heard["device"].get<std::string>().starts_with("Pulse: Monitor of "));
    CHECK(heard["sample_rate_hz"] == 48000.0);
    CHECK(heard["lost_frames"] == 0);
    auto source = audio::io::open(take);
    REQUIRE(source.ok());
    audio::AudioBuffer recorded(2, (*source)->info().frames.value());
    REQUIRE((*source)->read(recorded.view()).ok());
    CHECK(test::holds(recorded, sound)); // to the bit: nothing between resamples or turns down
    test::check_readings(heard, recorded);
}

TEST_CASE("PulseAudio: when its server dies in mid-take the file is finished and it is said") {
    test::PulseServer server(1);
    if (!is_there(server)) {
        return;
    }
    const test::TemporaryFolder folder;
    const auto take = folder.path() / "take.wav";
    test::Listening listening({"--backend", "rtaudio", "--json", "--record", take.string()},
                              [&] { server.use(); });
    REQUIRE(has_grown_to(take, 20000));
    server.kill();
    const auto run = listening.wait();
    CHECK(run.exit_code == 1);
    CHECK(run.err.find("is gone, no more sound comes; what came before is in") !=
          std::string::npos);
    const auto heard = nlohmann::json::parse(run.out);
    CHECK(heard["end"] == "device_gone");
    auto source = audio::io::open(take);
    REQUIRE(source.ok());
    CHECK((*source)->info().frames.value() == heard["frames"].get<std::uint64_t>());
}
