// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "live/clip_lamps.h"
#include "live/log_file.h"
#include "live/recorder.h"
#include "support/bytes_of.h"
#include "support/read_all.h"
#include "support/signals.h"
#include "support/temporary_folder.h"

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace gainstage;

namespace {

audio::Spec spec(int channels) {
    return {.sample_rate = Hertz{44100.0}, .layout = audio::ChannelLayout::default_for(channels)};
}

void check_holds(const std::filesystem::path& file,
                 const audio::AudioBuffer& sound,
                 std::size_t frames,
                 const char* container) {
    auto source = audio::io::open(file);
    REQUIRE(source.ok());
    CHECK((*source)->info().container == container);
    CHECK((*source)->info().sample_rate == Hertz{44100.0});
    CHECK((*source)->info().frames == frames);
    audio::AudioBuffer read(sound.channels(), frames + 10);
    const auto got = (*source)->read(read.view());
    REQUIRE(got.ok());
    REQUIRE(*got == frames);
    for (int c = 0; c < sound.channels(); ++c) {
        CHECK(std::equal(read.channel(c).begin(),
                         read.channel(c).begin() + static_cast<std::ptrdiff_t>(frames),
                         sound.channel(c).begin()));
    }
}

} // namespace

TEST_CASE("recorder: the file is whole after every write, though nobody finished it") {
    for (const int channels : {1, 2, 5}) {
        const test::TemporaryFolder folder;
        const auto file = folder.path() / "take.wav";
        const auto sound = test::planar(test::white_noise(3000, test::Seed{1}, 1.5), channels);
        auto recorder = live::Recorder::create(file, spec(channels));
        REQUIRE(recorder.ok());
        check_holds(file, sound, 0, "WAV");
        std::size_t written = 0;
        for (const std::size_t frames : {1u, 64u, 1000u}) {
            REQUIRE(recorder->write(sound.view().slice(written, frames)).ok());
            written += frames;
            check_holds(file, sound, written, "WAV"); // while the recorder still has it open
        }
        REQUIRE(recorder->finish().ok());
        check_holds(file, sound, written, "WAV");
    }
}

TEST_CASE("recorder: beyond the size that RIFF can say the file turns into RF64") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    const auto sound = test::planar(test::white_noise(3000, test::Seed{2}), 2);
    auto recorder = live::Recorder::create(file, spec(2), 8000); // as if 4 GB were 8000 bytes
    REQUIRE(recorder.ok());
    REQUIRE(recorder->write(sound.view().first(900)).ok());
    check_holds(file, sound, 900, "WAV");
    REQUIRE(recorder->write(sound.view().slice(900, 2100)).ok());
    check_holds(file, sound, 3000, "RF64");
    REQUIRE(recorder->finish().ok());
    check_holds(file, sound, 3000, "RF64");
}

TEST_CASE("recorder: killed in the middle of a take, every frame that was written is there") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    const auto sound = test::planar(test::white_noise(48000, test::Seed{3}, 1.5), 2);
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    const pid_t child = fork();
    if (child == 0) {
        auto recorder = live::Recorder::create(file, spec(2));
        std::size_t at = 0;
        while (recorder.ok() && at + 480 <= sound.frames()) {
            if (!recorder->write(sound.view().slice(at, 480))) {
                break;
            }
            at += 480;
            if (write(ends[1], &at, sizeof at) < 0) {
                break;
            }
        }
        pause(); // until it is killed: nobody closes or finishes anything
    }
    std::size_t told = 0;
    while (told < 40 * 480) {
        REQUIRE(read(ends[0], &told, sizeof told) == static_cast<ssize_t>(sizeof told));
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ends[0]);
    close(ends[1]);
    auto source = audio::io::open(file);
    REQUIRE(source.ok());
    const std::size_t frames = (*source)->info().frames.value();
    CHECK(frames >= told);
    check_holds(file, sound, frames, "WAV");
}

TEST_CASE(
    "recorder: is written to the disk once a second, and a full disk costs only what came then") {
    const test::TemporaryFolder folder;
    const auto sound = test::planar(test::white_noise(3000, test::Seed{4}), 1);
    auto recorder = live::Recorder::create(folder.path() / "take.wav", spec(1));
    REQUIRE(recorder.ok());
    REQUIRE(recorder->write(sound.view()).ok());
    while (recorder->syncs() == 0) { // it comes, whenever: no time is measured
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit then fails
    const rlimit full{16000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
    const Status failed = recorder->write(sound.view());
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().where == (folder.path() / "take.wav").string());
    check_holds(folder.path() / "take.wav", sound, 3000, "WAV");
}

TEST_CASE("recorder: never overwrites a take, and names the file that it can't write") {
    const test::TemporaryFolder folder;
    folder.write("take.wav", "mine");
    const auto refused = live::Recorder::create(folder.path() / "take.wav", spec(1));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().what == "is there already");
    CHECK(test::bytes_of(folder.path() / "take.wav") == "mine");
    CHECK_FALSE(live::Recorder::create("/nowhere/take.wav", spec(1)).ok());
    CHECK_FALSE(live::LogFile::create(folder.path() / "take.wav").ok());
}

TEST_CASE(
    "clip lamps: on at the first full-scale sample, runs counted across blocks, put out by hand") {
    live::ClipLamps lamps;
    lamps.prepare({.sample_rate = Hertz{8000.0}, .layout = audio::ChannelLayout::default_for(2)});
    std::vector<float> left(8000, 0.999f);
    left[1999] = left[2000] = left[2001] = 1.0f; // one run, cut by the block's end
    left[4000] = -32767.0f / 32768.0f;           // 16 bits' largest positive code is full scale too
    const auto sound = test::planar({left, std::vector<float>(8000, 0.99f)});
    lamps.process(sound.view().first(2000));
    lamps.process(sound.view().slice(2000, 6000));
    CHECK(lamps.lamp(0).clips == 2);
    CHECK(lamps.lamp(0).first.value() == Approx(1999.0 / 8000.0));
    CHECK(lamps.lamp(0).last.value() == Approx(0.5));
    CHECK(lamps.lamp(1).clips == 0);
    lamps.reset();
    CHECK(lamps.lamp(0).clips == 0);
}
