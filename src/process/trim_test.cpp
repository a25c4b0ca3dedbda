// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "process/trim.h"

#include "support/signals.h"

#include <cmath>
#include <cstring>
#include <stdexcept>

using namespace gainstage;

namespace {

audio::Spec trim_spec(double rate_hz, int channels, int max_frames) {
    return {Hertz{rate_hz}, audio::ChannelLayout::default_for(channels), max_frames};
}

bool same(const audio::AudioBuffer& a, const audio::AudioBuffer& b) {
    for (int c = 0; c < a.channels(); ++c) {
        if (std::memcmp(a.channel(c).data(), b.channel(c).data(), a.frames() * sizeof(float)) !=
            0) {
            return false;
        }
    }
    return a.channels() == b.channels() && a.frames() == b.frames();
}

} // namespace

TEST_CASE("trim: 0 dB leaves the audio untouched, to the bit") {
    const auto in = test::planar(test::white_noise(1000, test::Seed{1}), 2);
    auto out = test::planar(test::white_noise(1000, test::Seed{1}), 2);
    process::Trim trim;
    trim.prepare(trim_spec(48000.0, 2, 1000));
    trim.process(out.view());
    CHECK(same(in, out));
}

TEST_CASE(
    "trim: -6.02 dB halves, mute is silence, and both are reached within 10 ms without a jump") {
    process::Trim trim;
    trim.prepare(trim_spec(48000.0, 1, 1000));
    audio::AudioBuffer block = test::planar(std::vector<float>(1000, 1.0f), 1);
    trim.set_gain(Gain::from_amplitude_ratio(0.5));
    trim.process(block.view());
    CHECK(block.channel(0)[479] == 0.5f); // 10 ms at 48 kHz is 480 frames
    CHECK(block.channel(0)[0] > 0.99f);
    for (std::size_t n = 1; n < 1000; ++n) {
        REQUIRE(std::abs(block.channel(0)[n] - block.channel(0)[n - 1]) < 0.0011f); // 0.5 / 480
    }
    trim.set_gain(Gain::mute());
    block = test::planar(std::vector<float>(1000, 1.0f), 1);
    trim.process(block.view());
    CHECK(block.channel(0)[480] == 0.0f);
}

TEST_CASE("trim: a Spec it can't run with is refused") {
    process::Trim trim;
    CHECK_THROWS_AS(trim.prepare(trim_spec(7999.0, 2, 64)), std::invalid_argument);
    CHECK_THROWS_AS(trim.prepare(trim_spec(48000.0, 0, 64)), std::invalid_argument);
    CHECK_THROWS_AS(trim.prepare(trim_spec(48000.0, 65, 64)), std::invalid_argument);
    CHECK_THROWS_AS(trim.prepare(trim_spec(48000.0, 2, 0)), std::invalid_argument);
}

TEST_CASE("trim: the stream cut anywhere gives the same output, and reset() equals new") {
    rc::prop("cut anywhere", [] {
        const auto channels = *rc::gen::element(1, 2, 6, 64);
        const auto rate_hz = *rc::gen::element(8000.0, 44100.0, 48000.0, 768000.0);
        const auto cut = *rc::gen::inRange<std::size_t>(0, 700);
        const auto noise = test::white_noise(700, test::Seed{*rc::gen::arbitrary<std::uint64_t>()});
        const Gain gain = Gain::from_db(*rc::gen::inRange(-60, 20));
        process::Trim trim;
        trim.prepare(trim_spec(rate_hz, channels, 700));
        auto whole = test::planar(noise, channels);
        trim.set_gain(gain);
        trim.process(whole.view());

        process::Trim fresh;
        fresh.prepare(trim_spec(rate_hz, channels, 700));
        auto parts = test::planar(noise, channels);
        fresh.set_gain(gain);
        fresh.process(parts.view().slice(0, cut));
        fresh.process(parts.view().slice(cut, 700 - cut));
        RC_ASSERT(same(whole, parts));

        trim.set_gain(Gain{});
        trim.reset();
        auto untouched = test::planar(noise, channels);
        trim.process(untouched.view());
        RC_ASSERT(same(untouched, test::planar(noise, channels)));
    });
}
