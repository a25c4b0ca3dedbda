// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "audio/layout.h"

using namespace gainstage::audio;

TEST_CASE("5.1 written with the back pair or with the side pair is the same layout") {
    const auto back = ChannelLayout::from_wave_mask(0x3F, 6);
    const auto side = ChannelLayout::from_wave_mask(0x60F, 6);
    CHECK(back == side);
    CHECK(back[3] == Speaker::lfe);
    CHECK(back[4] == Speaker::left_surround);
    CHECK(back.name() == "5.1");
}

TEST_CASE(
    "7.1 keeps side and rear apart: only the side pair is a surround in the sense of BS.1770") {
    const auto layout = ChannelLayout::default_for(8);
    CHECK(layout[4] == Speaker::left_rear);
    CHECK(layout[6] == Speaker::left_surround);
    CHECK(layout.name() == "7.1");
}

TEST_CASE("every default layout says its own mask, and the mask says the layout") {
    for (int channels = 2; channels <= 8; ++channels) {
        const auto layout = ChannelLayout::default_for(channels);
        CAPTURE(channels);
        REQUIRE(layout.channels() == channels);
        CHECK(ChannelLayout::from_wave_mask(layout.to_wave_mask(), channels) == layout);
    }
}

TEST_CASE("64 channels have a layout, of unknown speakers, and no mask") {
    const auto layout = ChannelLayout::default_for(64);
    CHECK(layout.channels() == 64);
    CHECK(layout[63] == Speaker::unknown);
    CHECK(layout.to_wave_mask() == 0);
    CHECK(layout.name() == "64 channels");
}

TEST_CASE("a layout has one name, and the name gives it back") {
    for (const std::string& name : ChannelLayout::names()) {
        INFO(name);
        const auto layout = ChannelLayout::named(name);
        REQUIRE(layout);
        CHECK(layout->name() == name);
        CHECK_FALSE(layout->is_unknown());
    }
    CHECK(ChannelLayout::named("7.1.4")->channels() == 12);
    CHECK(ChannelLayout::named("22.2")->channels() == 24);
    CHECK_FALSE(ChannelLayout::named("9 channels"));
    CHECK_FALSE(ChannelLayout::named(""));
    CHECK(ChannelLayout::default_for(24).is_unknown());
}

TEST_CASE("22.2: the front pair stands at 60 degrees, the centre pair is L and R, two LFEs") {
    const ChannelLayout layout = *ChannelLayout::named("22.2");
    CHECK(layout[0] == Speaker::left_wide);
    CHECK(layout[3] == Speaker::lfe);
    CHECK(layout[6] == Speaker::left);
    CHECK(layout[9] == Speaker::lfe2);
    CHECK(layout[10] == Speaker::left_surround);
    CHECK(layout[23] == Speaker::bottom_right_front);
}
