// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "master/programme.h"

#include "audio/io/sink.h"
#include "support/signals.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;
using master::Programme;

namespace {

void write_float(const std::filesystem::path& path, const audio::AudioBuffer& audio) {
    audio::io::SinkFormat format;
    format.sample = audio::io::SampleFormat::float32;
    format.layout = audio::ChannelLayout::default_for(audio.channels());
    auto sink = audio::io::create(path, format);
    REQUIRE(sink);
    REQUIRE((*sink)->write(audio.view()));
    REQUIRE((*sink)->commit());
}

/// All of one pass, in blocks of `block` frames.
std::vector<float> pass(Programme& programme, int channel, std::size_t block) {
    REQUIRE(programme.rewind());
    std::vector<float> out;
    audio::AudioBuffer buffer(programme.info().layout.channels(), block);
    while (true) {
        const auto frames = programme.read(buffer.view());
        REQUIRE(frames);
        if (*frames == 0) {
            return out;
        }
        const auto samples = buffer.channel(channel).first(*frames);
        out.insert(out.end(), samples.begin(), samples.end());
    }
}

} // namespace

TEST_CASE("programme: kept in memory or decoded anew, every pass is the same, in any blocks") {
    const test::TemporaryFolder folder;
    const auto left = test::white_noise(150000, test::Seed{1});
    const auto right = test::white_noise(150000, test::Seed{2});
    write_float(folder.path() / "mix.wav", test::planar({left, right}));
    // All of it, none of it, and a memory that is full half way: 150 000 frames are 1.2 MB.
    for (const std::size_t memory_bytes :
         {Programme::default_memory_bytes, std::size_t{0}, std::size_t{600000}}) {
        auto programme = Programme::open(folder.path() / "mix.wav", std::nullopt, memory_bytes);
        REQUIRE(programme);
        CHECK_FALSE(programme->frames());
        CHECK(pass(*programme, 0, 4096) == left);
        CHECK(programme->frames() == std::uint64_t{150000});
        CHECK(pass(*programme, 1, 999) == right);
        CHECK(pass(*programme, 0, 150001) == left);
    }
}

TEST_CASE("programme: a first pass given up half way changes nothing") {
    const test::TemporaryFolder folder;
    const auto mono = test::white_noise(100000, test::Seed{3});
    write_float(folder.path() / "mix.wav", test::planar(mono, 1));
    auto programme = Programme::open(folder.path() / "mix.wav", std::nullopt);
    REQUIRE(programme);
    audio::AudioBuffer buffer(1, 70000);
    REQUIRE(programme->read(buffer.view()));
    CHECK(pass(*programme, 0, 4096) == mono);
    CHECK(pass(*programme, 0, 4096) == mono);
}

TEST_CASE("programme: at the medium's sample rate it is as long in time and has that rate") {
    const test::TemporaryFolder folder;
    write_float(folder.path() / "mix.wav",
                test::planar(test::sine(1000.0, 0.5, 48000, 48000.0), 2));
    auto programme = Programme::open(folder.path() / "mix.wav", Hertz{44100.0});
    REQUIRE(programme);
    CHECK(programme->info().sample_rate == Hertz{44100.0});
    const auto out = pass(*programme, 0, 4096);
    CHECK(std::abs(static_cast<double>(out.size()) - 44100.0) <= 1.0);
    CHECK(static_cast<double>(*std::max_element(out.begin() + 10000, out.end() - 10000)) ==
          Approx(0.5).epsilon(0.001));
    CHECK(pass(*programme, 0, 512) == out);
}
