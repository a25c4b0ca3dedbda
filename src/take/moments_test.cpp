// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/signals.h"
#include "take/full_scale_runs.h"
#include "take/interruptions.h"
#include "take/moments.h"

#include <limits>

using namespace gainstage;
using take::Interruption;
using take::Moments;

TEST_CASE("moments: one in several channels counts once, the first of them is listed") {
    Moments<Interruption> moments;
    moments.prepare();
    moments.add({0, 1000, 64});
    moments.add({1, 1062, 64}); // within the first
    moments.add({2, 992, 8});   // touches it
    moments.add({1, 5000, 64});
    moments.add({0, 5000, 64});
    const auto found = moments.found();
    CHECK(found.count == 2);
    REQUIRE(found.first.size() == 2);
    CHECK(found.first[0].channel == 2);
    CHECK(found.first[0].first_frame == 992);
    CHECK(found.first[1].channel == 0);
    CHECK(found.last->first_frame == 5000);
    moments.reset();
    CHECK(moments.found().count == 0);
    CHECK_FALSE(moments.found().last.has_value());
}

TEST_CASE("moments: however many, all are counted, the first are listed and the last is known") {
    Moments<Interruption> moments;
    moments.prepare();
    for (std::uint64_t i = 0; i < 10000; ++i) {
        moments.add({1, 100 * i, 1});
        moments.add({0, 100 * i, 1});
    }
    const auto found = moments.found();
    CHECK(found.count == 10000);
    REQUIRE(found.first.size() == found.max_listed);
    for (std::size_t i = 0; i < found.first.size(); ++i) {
        CHECK(found.first[i].first_frame == 100 * i);
        CHECK(found.first[i].channel == 0);
    }
    CHECK(found.last->first_frame == 999900);
}

TEST_CASE("full-scale runs: near the beginning of three samples and more, in any channel") {
    for (const double rate_hz : {8000.0, 48000.0, 768000.0}) {
        CAPTURE(rate_hz);
        const auto frames = static_cast<std::size_t>(rate_hz);
        std::vector<float> left(frames);
        std::vector<float> right(frames);
        left[100] = left[101] = 1.0f; // two
        const std::size_t at = frames / 2;
        right[at] = right[at + 1] = right[at + 2] = -1.2f;
        const auto sound = test::planar({left, right});
        for (const std::size_t block : {std::size_t{1}, std::size_t{63}, frames}) {
            take::FullScaleRuns runs;
            runs.prepare({.sample_rate = Hertz{rate_hz},
                          .layout = audio::ChannelLayout::default_for(2),
                          .max_frames = static_cast<int>(block)});
            for (std::size_t n = 0; n < frames; n += block) {
                runs.process(sound.view().slice(n, std::min(block, frames - n)));
            }
            const auto ms = frames / 1000;
            CHECK_FALSE(runs.is_near(100));
            CHECK(runs.is_near(at));
            CHECK(runs.is_near(at - 4 * ms));
            CHECK(runs.is_near(at + 4 * ms));
            CHECK_FALSE(runs.is_near(at - 7 * ms));
            CHECK_FALSE(runs.is_near(at + 7 * ms));
            runs.reset();
            CHECK_FALSE(runs.is_near(at));
        }
    }
    take::FullScaleRuns runs;
    runs.prepare({.layout = audio::ChannelLayout::default_for(1)});
    const auto none =
        test::planar({std::vector<float>(100, std::numeric_limits<float>::quiet_NaN())});
    runs.process(none.view());
    CHECK_FALSE(runs.is_near(0));
}
