// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "live/device_watch.h"
#include "support/signals.h"

using namespace gainstage;

namespace {

/// Blocks of 480 frames at 48 kHz last 10 ms.
struct Watched {
    live::DeviceWatch watch;
    audio::AudioBuffer sound = test::planar(test::white_noise(48000, test::Seed{1}), 2);
    double now_s = 0.0;
    std::size_t delivered = 0;

    Watched() { watch.prepare(2, 480, Hertz{48000.0}); }

    bool hear(std::size_t block, double after_s, bool is_lost = false) {
        now_s += after_s;
        return watch.process(std::as_const(sound).view().slice(480 * block, 480), is_lost,
                             Seconds{now_s},
                             [&](audio::ConstAudioView given) { delivered += given.frames(); });
    }
};

} // namespace

TEST_CASE("device watch: sound in time is delivered, also the same again, and what catches up") {
    Watched device;
    for (std::size_t block = 0; block < 50; ++block) {
        REQUIRE(device.hear(block, 0.010));
        REQUIRE(device.hear(block, 0.010)); // a tone may repeat to the bit
    }
    CHECK(device.delivered == 100 * 480);
    for (std::size_t block = 0; block < 4; ++block) { // a machine that was busy, then reads at once
        REQUIRE(device.hear(block, 1e-6));
    }
    CHECK(device.delivered == 104 * 480);
}

TEST_CASE("device watch: equal blocks that catch up come with the next one, none is lost") {
    Watched device;
    REQUIRE(device.hear(7, 0.010));
    for (int i = 0; i < 3; ++i) {
        REQUIRE(device.hear(7, 1e-6));
    }
    CHECK(device.delivered == 480);
    REQUIRE(device.hear(8, 0.010));
    CHECK(device.delivered == 5 * 480);
}

TEST_CASE("device watch: the last block as fast as it can come is no sound: the device is gone") {
    Watched device;
    REQUIRE(device.hear(3, 0.010));
    int calls = 1;
    while (device.hear(3, 1e-6)) {
        ++calls;
        REQUIRE(calls <= live::DeviceWatch::most_in_a_row);
    }
    CHECK(device.delivered == 480); // not once more
}

TEST_CASE("device watch: an overrun's block is what was there before: not delivered") {
    Watched device;
    REQUIRE(device.hear(0, 0.010));
    REQUIRE(device.hear(0, 0.030, true));
    CHECK(device.delivered == 480);
    REQUIRE(device.hear(1, 0.010));
    CHECK(device.delivered == 2 * 480);
    bool is_there = true;
    for (int i = 0; i < live::DeviceWatch::most_in_a_row; ++i) {
        is_there = device.hear(1, 1e-6, true);
    }
    CHECK_FALSE(is_there);
}
