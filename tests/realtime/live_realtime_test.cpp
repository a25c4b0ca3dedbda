// SPDX-License-Identifier: MIT
// What a sound card's thread calls: the inlet and the clip lamps.
#include <catch2/catch.hpp>

#include "live/capture.h"
#include "live/clip_lamps.h"
#include "live/device_watch.h"
#include "support/realtime.h"
#include "support/signals.h"

using namespace gainstage;

TEST_CASE("the inlet delivers, counts and ends without an allocation, full or not") {
    const auto noise = test::planar(test::white_noise(4096, test::Seed{1}, 1.2), 64);
    live::Inlet inlet;
    inlet.prepare(64, Hertz{8000.0});
    live::ClipLamps lamps;
    lamps.prepare({.layout = audio::ChannelLayout::default_for(64)});
    int seen = 0;
    {
        test::RealtimeScope scope;
        for (const std::size_t frames : {0u, 1u, 64u, 4096u, 4096u, 4096u, 4096u, 4096u}) {
            inlet.deliver(noise.view().first(frames));
            lamps.process(noise.view().first(frames));
        }
        inlet.note_xrun();
        inlet.end(live::Ending::device_gone);
        seen = scope.violations();
    }
    CHECK(seen == 0);
    CHECK(inlet.lost_frames() == 2 * 4096); // two seconds of 8 kHz were full
    CHECK(inlet.xruns() == 1);
}

TEST_CASE("the watch over a sound card delivers, holds back and gives up without an allocation") {
    const auto noise = test::planar(test::white_noise(512, test::Seed{1}), 64);
    live::DeviceWatch watch;
    watch.prepare(64, 512, Hertz{48000.0});
    std::size_t delivered = 0;
    int seen = 0;
    {
        test::RealtimeScope scope;
        for (int i = 0; i < 3 * live::DeviceWatch::most_in_a_row; ++i) {
            const bool is_sound = i < live::DeviceWatch::most_in_a_row;
            const double now_s = is_sound ? 0.01 * i : 2.0;
            watch.process(std::as_const(noise).view(), i % 7 == 6, Seconds{now_s},
                          [&](audio::ConstAudioView block) { delivered += block.frames(); });
        }
        watch.process(std::as_const(noise).view().first(0), false, Seconds{3.0},
                      [&](audio::ConstAudioView block) { delivered += block.frames(); });
        seen = scope.violations();
    }
    CHECK(seen == 0);
    CHECK(delivered > 0);
}
