// SPDX-License-Identifier: MIT
// The detectors of room take run where meters run: they must not allocate either.
#include <catch2/catch.hpp>

#include "support/realtime.h"
#include "support/signals.h"
#include "take/clicks.h"
#include "take/flat_tops.h"
#include "take/glitches.h"
#include "take/interruptions.h"
#include "take/mains_hum.h"
#include "take/noise_bands.h"
#include "take/pauses.h"
#include "take/repeated_buffers.h"
#include "take/same_channels.h"
#include "take/short_term_peaks.h"

using namespace gainstage;

namespace {

constexpr int take_frames = 512;

/// Allocations while `detector` hears 0, 1 and take_frames frames at a time, six seconds in all:
/// more than its longest window.
template <typename Detector>
int violations(Detector& detector, int channels) {
    const auto sound = test::planar(test::programme(288000, test::Seed{1}, 0.9), channels);
    const auto max = static_cast<std::size_t>(take_frames);
    int found = 0;
    {
        const test::RealtimeScope scope;
        detector.process(sound.view().first(0));
        detector.process(sound.view().first(1));
        for (std::size_t n = 0; n + max <= sound.frames(); n += max) {
            detector.process(sound.view().slice(n, max));
        }
        found = scope.violations();
    }
    return found;
}

template <typename Detector>
int violations(int channels) {
    Detector detector;
    if constexpr (requires { detector.prepare({}); }) {
        detector.prepare({.sample_rate = Hertz{48000.0},
                          .layout = audio::ChannelLayout::default_for(channels),
                          .max_frames = take_frames});
    }
    return violations(detector, channels);
}

} // namespace

TEST_CASE("the detectors of takes neither allocate nor free in process()") {
    for (const int channels : {1, 2, 6}) {
        CAPTURE(channels);
        CHECK(violations<take::Clicks>(channels) == 0);
        CHECK(violations<take::FlatTops>(channels) == 0);
        CHECK(violations<take::Glitches>(channels) == 0);
        CHECK(violations<take::Interruptions>(channels) == 0);
        CHECK(violations<take::RepeatedBuffers>(channels) == 0);
        CHECK(violations<take::MainsHum>(channels) == 0);
        CHECK(violations<take::NoiseBands>(channels) == 0);
        CHECK(violations<take::Pauses>(channels) == 0);
        CHECK(violations<take::SameChannels>(channels) == 0);
        CHECK(violations<take::ShortTermPeaks>(channels) == 0);
    }
}
