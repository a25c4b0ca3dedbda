// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "live/capture.h"
#include "support/signals.h"

#include <thread>

using namespace gainstage;

TEST_CASE("frame ring: what one thread writes another reads, in order, and nothing waits") {
    live::FrameRing ring;
    ring.prepare(3, 1000);
    constexpr std::size_t total = 200000;
    const auto sent = [](std::size_t frame, int channel) {
        return static_cast<float>(frame % 65536) + 0.25f * static_cast<float>(channel);
    };
    std::thread writer([&] {
        audio::AudioBuffer block(3, 128);
        std::size_t at = 0;
        while (at < total) {
            const std::size_t frames = std::min<std::size_t>(1 + at % 128, total - at);
            for (int c = 0; c < 3; ++c) {
                for (std::size_t n = 0; n < frames; ++n) {
                    block.channel(c)[n] = sent(at + n, c);
                }
            }
            if (ring.write(block.view().first(frames))) {
                at += frames;
            } else {
                std::this_thread::yield();
            }
        }
    });
    audio::AudioBuffer out(3, 100);
    std::size_t wrong = 0;
    for (std::size_t at = 0; at < total;) {
        const std::size_t frames = ring.read(out.view());
        for (int c = 0; c < 3; ++c) {
            for (std::size_t n = 0; n < frames; ++n) {
                wrong += out.channel(c)[n] != sent(at + n, c) ? 1 : 0;
            }
        }
        at += frames;
    }
    writer.join();
    CHECK(wrong == 0);
    CHECK(ring.read(out.view()) == 0);
}

TEST_CASE("inlet: what finds no room is counted, and the rest stays as it was") {
    live::Inlet inlet;
    inlet.prepare(1, Hertz{8000.0}); // two seconds: 16000 frames
    const auto sound = test::planar(test::white_noise(9000, test::Seed{1}), 1);
    inlet.deliver(sound.view());
    inlet.deliver(sound.view());
    CHECK(inlet.lost_frames() == 9000);
    audio::AudioBuffer out(1, 20000);
    CHECK(inlet.read(out.view()) == 9000);
    CHECK(std::equal(sound.channel(0).begin(), sound.channel(0).end(), out.channel(0).begin()));
    inlet.end(live::Ending::device_gone);
    inlet.end(live::Ending::rate_changed);
    CHECK(inlet.ending() == live::Ending::device_gone); // the first counts
}
