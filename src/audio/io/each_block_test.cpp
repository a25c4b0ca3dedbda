// SPDX-License-Identifier: MIT
#include "audio/io/each_block.h"

#include "support/memory_source.h"
#include "support/signals.h"

#include <catch2/catch.hpp>

using namespace gainstage;
using namespace gainstage::audio;

namespace {

constexpr std::size_t length = 10'000;

test::MemorySource stereo(std::optional<Error> error = {}) {
    return {test::planar(test::white_noise(length, test::Seed{1}), 2), 48000.0, std::move(error)};
}

} // namespace

TEST_CASE("each block: all frames in order, and told to who watches") {
    test::MemorySource source = stereo();
    std::vector<float> heard;
    std::size_t told = 0;
    const io::Watch watch{nullptr, [&](std::size_t frames) { told += frames; }};
    REQUIRE(io::each_block(source, 2, watch, [&](ConstAudioView block) {
        CHECK(block.frames() <= io::block_frames);
        heard.insert(heard.end(), block.channel(1).begin(), block.channel(1).end());
    }));
    CHECK(heard == test::white_noise(length, test::Seed{1}));
    CHECK(told == length);
}

TEST_CASE("each block: a stop and what read() says are errors") {
    const std::atomic<bool> stop = true;
    test::MemorySource source = stereo();
    const auto none = [](ConstAudioView) { FAIL("nothing is to be heard"); };
    const Status stopped = io::each_block(source, 2, {&stop, {}}, none);
    REQUIRE(!stopped);
    CHECK(stopped.error().kind == ErrorKind::interrupted);
    test::MemorySource cut = stereo(Error{ErrorKind::unreadable, "x.wav", "breaks off", "copy it"});
    std::size_t frames = 0;
    const Status broken =
        io::each_block(cut, 2, {}, [&](ConstAudioView block) { frames += block.frames(); });
    REQUIRE(!broken);
    CHECK(broken.error().what == "breaks off");
    CHECK(frames == length);
}
