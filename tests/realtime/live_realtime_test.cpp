// SPDX-License-Identifier: MIT
// What a sound card's thread calls: the inlet and the clip lamps.
#include <catch2/catch.hpp>

#include "live/capture.h"
#include "live/clip_lamps.h"
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
