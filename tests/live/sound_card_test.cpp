// SPDX-License-Identifier: MIT
// `gainstage listen` on a sound card, through RtAudio and ALSA: a card that is a plug-in of ALSA
// (sound_card_plugin.cpp), as no real one can be had everywhere.
#include "live/listening.h"

#include "audio/io/source.h"
#include "support/read_all.h"
#include "support/temporary_folder.h"

#include <fmt/core.h>
#include <sys/resource.h>

using namespace gainstage;

namespace {

/// The test's card as ALSA's default device, playing `sound`, four times as fast as time.
class Card {
public:
    explicit Card(const audio::AudioBuffer& sound,
                  const std::string& more = "",
                  int rate_hz = 48000) {
        std::string samples;
        for (std::size_t n = 0; n < sound.frames(); ++n) {
            for (int c = 0; c < sound.channels(); ++c) { // 24 bits, as converters give
                const double code =
                    std::round(static_cast<double>(sound.channel(c)[n]) * 8388608.0);
                const auto sample = static_cast<std::int32_t>(code) * 256;
                samples.append(reinterpret_cast<const char*>(&sample), sizeof sample);
            }
        }
        // Then the noise of its converters: at four times the speed, digital silence that comes in
        // a burst would look like a card that repeats itself.
        const auto noise = test::white_noise(
            3u * static_cast<std::size_t>(rate_hz * sound.channels()), test::Seed{99}, 1e-6);
        for (const float x : noise) {
            const auto sample = static_cast<std::int32_t>(std::lround(x * 8388608.0f)) * 256;
            samples.append(reinterpret_cast<const char*>(&sample), sizeof sample);
        }
        folder_.write("sound.raw", samples);
        folder_.write("asound.conf",
                      fmt::format("pcm_type.gainstage_test {{ lib \"{0}\" }}\n"
                                  "ctl_type.gainstage_test {{ lib \"{0}\" }}\n"
                                  "pcm.!default {{ type gainstage_test file \"{1}\" channels {2} "
                                  "rate {3} speed 4 {4} }}\n"
                                  "ctl.!default {{ type gainstage_test }}\n",
                                  GAINSTAGE_TEST_CARD, (folder_.path() / "sound.raw").string(),
                                  sound.channels(), rate_hz, more));
    }

    [[nodiscard]] std::filesystem::path recording() const { return folder_.path() / "take.wav"; }

    /// For listen's process.
    void plug_in() const {
        setenv("ALSA_CONFIG_PATH", (folder_.path() / "asound.conf").c_str(), 1);
        setenv("JACK_DEFAULT_SERVER", "gainstage-nobody", 1);
        setenv("PULSE_SERVER", "unix:/nonexistent", 1); // whose user runs one
    }

    [[nodiscard]] test::Run listen(std::vector<std::string> arguments) const {
        test::Listening listening(std::move(arguments), [this] { plug_in(); });
        return listening.wait();
    }

private:
    test::TemporaryFolder folder_;
};

/// 24-bit values: what comes out is what went in, to the bit.
audio::AudioBuffer sound_of(int channels, double seconds, double rate_hz = 48000.0) {
    std::vector<std::vector<float>> parts;
    for (int c = 0; c < channels; ++c) {
        auto part = test::programme(static_cast<std::size_t>(seconds * rate_hz),
                                    test::Seed{static_cast<std::uint64_t>(c + 1)}, 0.3);
        for (float& sample : part) {
            sample = std::round(sample * 8388608.0f) / 8388608.0f;
        }
        parts.push_back(std::move(part));
    }
    return test::planar(parts);
}

/// What of the sound the file has, from its first frame on; RtAudio's first block is silence.
void check_begins_with(const std::filesystem::path& file, const audio::AudioBuffer& sound) {
    auto source = audio::io::open(file);
    REQUIRE(source.ok());
    audio::AudioBuffer recorded(sound.channels(), (*source)->info().frames.value());
    REQUIRE((*source)->read(recorded.view()).ok());
    const auto left = recorded.channel(0);
    const auto begin = std::search(left.begin(), left.end(), sound.channel(0).begin(),
                                   sound.channel(0).begin() + 64);
    REQUIRE(begin != left.end());
    const auto offset = static_cast<std::size_t>(begin - left.begin());
    const std::size_t frames = std::min(sound.frames(), recorded.frames() - offset);
    CHECK(frames > sound.frames() / 2);
    for (int c = 0; c < sound.channels(); ++c) {
        const auto from = recorded.channel(c).subspan(offset, frames);
        CHECK(std::equal(from.begin(), from.end(), sound.channel(c).begin()));
    }
}

} // namespace

TEST_CASE("sound card: it is listed as the default, with its inputs and rate") {
    const Card card(sound_of(3, 0.1), "", 44100);
    const auto run = card.listen({"--devices"});
    CHECK(run.exit_code == 0);
    CHECK(run.out == "ALSA: default  3 inputs, 44.1 kHz (default)\n");
}

TEST_CASE("sound card: live readings and the recording are those of what it gives") {
    const auto sound = sound_of(2, 4.0);
    const Card card(sound);
    const auto run =
        card.listen({"--json", "--record", card.recording().string(), "--seconds", "5"});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    const auto heard = nlohmann::json::parse(run.out);
    CHECK(heard["device"] == "ALSA: default");
    CHECK(heard["lost_frames"] == 0);
    CHECK(heard["xruns"] == 0);
    CHECK(heard["frames"] == 5 * 48000);
    test::check_readings(heard, sound);
    check_begins_with(card.recording(), sound);
}

TEST_CASE("sound card: dropouts and clicks are those that take finds in the recording, exit 1") {
    auto sound = sound_of(2, 4.0);
    for (int c = 0; c < 2; ++c) {
        const auto samples = sound.channel(c);
        std::size_t at = 60000;
        while (std::abs(samples[at - 1]) < 0.2f || std::abs(samples[at + 64]) < 0.2f) {
            ++at;
        }
        std::fill_n(samples.begin() + static_cast<std::ptrdiff_t>(at), 64, 0.0f);
    }
    const Card card(sound);
    const auto run =
        card.listen({"--json", "--record", card.recording().string(), "--seconds", "4"});
    CHECK(run.exit_code == 1);
    const auto heard = nlohmann::json::parse(run.out);
    const auto read = test::run_gainstage({"take", "--json", card.recording().string()});
    const auto take = nlohmann::json::parse(read.out)["takes"][0];
    CHECK(heard["dropouts"].get<int>() >= 1);
    for (const char* const key : {"dropouts", "repeated_buffers", "clicks"}) {
        CAPTURE(key);
        CHECK(heard[key] == take[key]);
    }
    CHECK(heard["findings"][0]["code"] == "take.dropouts");
}

TEST_CASE("sound card: unplugged in mid-take, the file is finished and it is said, exit 1") {
    // With a driver that says so, and with one that has nothing but overruns from then on.
    for (const char* const how : {"gone_after 96000", "fails_after 96000"}) {
        CAPTURE(how);
        const auto sound = sound_of(2, 4.0);
        const Card card(sound, how);
        const auto run = card.listen({"--json", "--record", card.recording().string()});
        CHECK(run.exit_code == 1);
        CHECK(run.error_lines() == 1);
        CHECK(run.err.find("is gone, no more sound comes; what came before is in") !=
              std::string::npos);
        const auto heard = nlohmann::json::parse(run.out);
        CHECK(heard["end"] == "device_gone");
        CHECK(heard["lost_frames"] == 0);
        // Nothing twice: RtAudio's first, empty block, the one that the plug was pulled in, and on
        // a busy machine one more that isn't known for the last one again (DeviceWatch).
        CHECK(heard["frames"].get<int>() <= 96000 + 3 * 512);
        CHECK(heard["frames"].get<int>() > 90000);
    }
}

TEST_CASE("sound card: more inputs or another rate than it has is refused in a line") {
    const Card card(sound_of(2, 0.1));
    const auto many = card.listen({"--channels", "3", "--seconds", "1"});
    CHECK(many.exit_code == 2);
    CHECK(many.err.find("has 2 inputs") != std::string::npos);
    const auto rate = card.listen({"--rate", "44100", "--seconds", "1"});
    CHECK(rate.exit_code == 2);
    CHECK(rate.err.find("has no sample rate of 44100 Hz; choose one that it has: --rate 48000") !=
          std::string::npos);
    const auto other = card.listen({"--device", "Focusrite"});
    CHECK(other.exit_code == 3);
    CHECK(other.err.find("is no sound card with inputs") != std::string::npos);
}

TEST_CASE(
    "sound card: without JACK it is what is listened to, and a full disk ends the recording only") {
    const auto sound = sound_of(1, 3.0);
    const Card card(sound);
    test::Listening listening({"--seconds", "3", "--record", card.recording().string()}, [&] {
        card.plug_in();
        std::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit then fails, as on a full disk
        const rlimit full{200000, 200000};
        setrlimit(RLIMIT_FSIZE, &full);
    });
    const auto run = listening.wait();
    INFO(run.err);
    CHECK(run.exit_code == 1);
    // One line of ours; sound libraries, whose shared memory the limit meets too, may have their
    // own.
    CHECK(run.err.find("gainstage: ") == run.err.rfind("gainstage: "));
    CHECK(run.err.find(card.recording().string()) != std::string::npos);
    CHECK(run.out.find("0:03.0  ALSA: default") != std::string::npos); // it listened to the end
    check_begins_with(card.recording(), sound_of(1, 0.9));
}
