// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "mix/fold.h"

#include <cmath>

using namespace gainstage;
using audio::ChannelLayout;
using mix::fold;

namespace {

double db(double linear) { return 20.0 * std::log10(linear); }

} // namespace

TEST_CASE("fold: a mono stem keeps its power wherever it is panned") {
    rc::prop("left^2 + right^2 = gain^2", [] {
        const double pan = *rc::gen::inRange(-1000, 1001) / 1000.0;
        const double gain_db = *rc::gen::inRange(-600, 200) / 10.0;
        const auto gains = fold(ChannelLayout::default_for(1), pan, Gain::from_db(gain_db));
        RC_ASSERT(gains.size() == 1u);
        const double power = gains[0].left * gains[0].left + gains[0].right * gains[0].right;
        RC_ASSERT(std::abs(10.0 * std::log10(power) - gain_db) < 1e-9); // rounding of doubles
        RC_ASSERT((pan < 0.0) == (gains[0].left > gains[0].right) || std::abs(pan) < 1e-12);
    });
    CHECK(db(fold(ChannelLayout::default_for(1), 0.0, Gain{})[0].left) ==
          Approx(-3.0103).margin(1e-4));
    CHECK(fold(ChannelLayout::default_for(1), -1.0, Gain{})[0].left == 1.0);
    CHECK(fold(ChannelLayout::default_for(1), -1.0, Gain{})[0].right == 0.0);
}

TEST_CASE("fold: a stereo stem in the middle is untouched, to the bit, and never crosses sides") {
    const auto centre = fold(ChannelLayout::default_for(2), 0.0, Gain{});
    CHECK(centre[0].left == 1.0);
    CHECK(centre[0].right == 0.0);
    CHECK(centre[1].left == 0.0);
    CHECK(centre[1].right == 1.0);
    const auto left = fold(ChannelLayout::default_for(2), -1.0, Gain{});
    CHECK(left[0].left == 1.0);
    CHECK(left[1].right == 0.0);
    const auto unnamed =
        fold(ChannelLayout({audio::Speaker::unknown, audio::Speaker::unknown}), 0.0, Gain{});
    CHECK(unnamed[0].left == 1.0);
    CHECK(unnamed[0].right == 0.0);
}

TEST_CASE("fold: 5.1 becomes stereo by ITU-R BS.775: centre and surrounds 3 dB down, no LFE") {
    const auto gains =
        fold(ChannelLayout::default_for(6), 0.0, Gain::from_db(-6.0)); // L R C LFE Ls Rs
    CHECK(db(gains[0].left) == Approx(-6.0));
    CHECK(gains[0].right == 0.0);
    CHECK(db(gains[1].right) == Approx(-6.0));
    CHECK(db(gains[2].left) == Approx(-9.0103).margin(1e-4));
    CHECK(gains[2].left == gains[2].right);
    CHECK(gains[3].left == 0.0);
    CHECK(gains[3].right == 0.0);
    CHECK(db(gains[4].left) == Approx(-9.0103).margin(1e-4));
    CHECK(gains[4].right == 0.0);
    CHECK(gains[5].left == 0.0);
    CHECK(db(gains[5].right) == Approx(-9.0103).margin(1e-4));
}

TEST_CASE("fold: 64 channels without a place are all heard on both sides, a muted stem is silent") {
    for (const auto& g : fold(ChannelLayout::default_for(64), 0.0, Gain{})) {
        CHECK(g.left == g.right);
        CHECK(db(g.left) == Approx(-3.0103).margin(1e-4));
    }
    for (int channels : {1, 2, 6}) {
        for (const auto& g : fold(ChannelLayout::default_for(channels), 0.3, Gain::mute())) {
            CHECK(g.left == 0.0);
            CHECK(g.right == 0.0);
        }
    }
}
