// SPDX-License-Identifier: MIT
// The meters' process() and reset() under the allocation trap.
#include <catch2/catch.hpp>

#include "ballistics/rack.h"
#include "library/gainstage.h"
#include "meter/bridge.h"
#include "meter/reference_true_peak.h"
#include "support/realtime.h"
#include "support/signals.h"

using namespace gainstage;

namespace {

template <typename Meter>
int violations(int channels, std::size_t max_frames) {
    const auto noise = test::planar(test::white_noise(48000, test::Seed{1}, 1.2),
                                    channels); // clips, so runs are listed
    Meter meter;
    meter.prepare({.layout = audio::ChannelLayout::default_for(channels),
                   .max_frames = static_cast<int>(max_frames)});
    int seen = 0;
    test::RealtimeScope scope;
    meter.process(noise.view().first(0));
    meter.process(noise.view().first(1));
    for (std::size_t at = 1; at + max_frames <= noise.frames(); at += max_frames) {
        meter.process(noise.view().slice(at, max_frames));
    }
    meter.reset();
    meter.process(noise.view().first(max_frames));
    seen = scope.violations();
    return seen;
}

} // namespace

TEST_CASE(
    "the bridge and the reference true peak enter no allocator, at 0, 1 and max_frames frames") {
    for (const int channels : {1, 2, 6}) {
        for (const std::size_t max_frames : {64u, 512u, 4096u}) {
            CHECK(violations<meter::Bridge>(channels, max_frames) == 0);
            CHECK(violations<meter::ReferenceTruePeak>(channels, max_frames) == 0);
        }
    }
}

TEST_CASE("feeding and resetting through the C interface enters no allocator") {
    const auto left = test::white_noise(48000, test::Seed{2}, 1.2);
    const float* channels[] = {left.data(), left.data()};
    gs_meter* meter = nullptr;
    REQUIRE(gs_meter_new(48000.0, 2, nullptr, &meter) == GS_OK);
    int seen = 0;
    {
        test::RealtimeScope scope;
        for (const std::size_t frames : {0u, 1u, 512u, 5000u, 24000u}) {
            gs_meter_feed_planar(meter, channels, frames);
            gs_meter_feed_interleaved(meter, left.data(), frames);
        }
        gs_meter_reset(meter);
        gs_meter_feed_interleaved(meter, left.data(), 512);
        seen = scope.violations();
    }
    gs_meter_free(meter);
    CHECK(seen == 0);
}

TEST_CASE("the rack of meters with ballistics enters no allocator, its readings included") {
    for (const int channels : {1, 2, 64}) {
        const auto noise = test::planar(test::white_noise(48000, test::Seed{3}, 1.2), channels);
        ballistics::RackOptions options;
        for (const ballistics::Meter& one : ballistics::meters()) {
            options.kinds.push_back(one.kind);
        }
        ballistics::Rack rack;
        rack.prepare({.layout = audio::ChannelLayout::default_for(channels), .max_frames = 512},
                     options);
        int seen = 0;
        {
            test::RealtimeScope scope;
            for (const std::size_t frames : {0u, 1u, 512u, 48000u}) {
                rack.process(noise.view().first(frames));
                (void)rack.take();
            }
            rack.finish();
            rack.reset();
            seen = scope.violations();
        }
        CHECK(seen == 0);
    }
}
