// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "process/pan.h"

#include "support/signals.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;

namespace {

audio::Spec spec_of(double rate_hz, int channels, int max_frames) {
    return {Hertz{rate_hz}, audio::ChannelLayout::default_for(channels), max_frames};
}

/// The output for a constant 1.0 on every input channel, after the ramp.
std::vector<float> settled(int channels, double position) {
    process::Pan pan;
    pan.prepare(spec_of(48000.0, channels, 16));
    pan.set_position(position);
    pan.reset();
    const auto in = test::planar(std::vector<float>(16, 1.0f), channels);
    audio::AudioBuffer out(pan.output_channels(), 16);
    pan.process(in.view(), out.view());
    std::vector<float> last;
    for (int c = 0; c < out.channels(); ++c) {
        last.push_back(out.channel(c)[15]);
    }
    return last;
}

} // namespace

TEST_CASE("pan: a mono track keeps its power wherever it sits: -3.01 dB each in the middle, one "
          "side alone at the ends") {
    CHECK(process::pan_gains(0.0).left.db() == Approx(-3.0103).margin(1e-4));
    CHECK(process::pan_gains(0.0).right.db() == Approx(-3.0103).margin(1e-4));
    for (double position = -1.0; position <= 1.0; position += 0.125) {
        const auto gains = process::pan_gains(position);
        CHECK(gains.left.to_power_ratio() + gains.right.to_power_ratio() ==
              Approx(1.0).margin(1e-12));
    }
    CHECK(settled(1, -1.0) == std::vector<float>{1.0f, 0.0f});
    CHECK(settled(1, 1.0) == std::vector<float>{0.0f, 1.0f});
}

TEST_CASE("pan: a stereo track is untouched in the middle and never louder than it was") {
    CHECK(settled(2, 0.0) == std::vector<float>{1.0f, 1.0f});
    CHECK(settled(2, 1.0) == std::vector<float>{0.0f, 1.0f});
    CHECK(settled(2, -1.0) == std::vector<float>{1.0f, 0.0f});
    double previous = 1.0;
    for (double position = 0.0; position <= 1.0; position += 0.125) {
        const auto gains = process::balance_gains(position);
        CHECK(gains.right.db() == 0.0);
        CHECK(gains.left.to_amplitude_ratio() <= previous);
        CHECK(process::balance_gains(-position).right == gains.left); // mirror image
        previous = gains.left.to_amplitude_ratio();
    }
}

TEST_CASE("pan: 5.1 turned right loses L and Ls, C and LFE stay, channels without a place stay") {
    CHECK(settled(6, 1.0) == std::vector<float>{0.0f, 1.0f, 1.0f, 1.0f, 0.0f, 1.0f});
    CHECK(settled(64, 1.0) == std::vector<float>(64, 1.0f));
}

TEST_CASE("pan: beyond the ends is the end, and not a number is the middle") {
    CHECK(settled(1, 7.0) == settled(1, 1.0));
    CHECK(settled(2, std::nan("")) == settled(2, 0.0));
}

TEST_CASE("pan: the stream cut anywhere gives the same output, in place equals out of place, "
          "reset() equals new") {
    rc::prop("cut anywhere", [] {
        const auto channels = *rc::gen::element(1, 2, 6);
        const auto rate_hz = *rc::gen::element(8000.0, 48000.0, 768000.0);
        const auto cut = *rc::gen::inRange<std::size_t>(0, 600);
        const auto noise = test::white_noise(600, test::Seed{*rc::gen::arbitrary<std::uint64_t>()});
        const double position = *rc::gen::inRange(-100, 101) / 100.0;
        const auto run = [&](process::Pan& pan_used) {
            audio::AudioBuffer out(pan_used.output_channels(), 600);
            for (int c = 0; c < channels; ++c) {
                std::ranges::copy(noise, out.channel(c).begin());
            }
            const audio::ConstAudioView in{
                out.view()}; // in place: the input is the first channels of the output
            pan_used.set_position(position);
            pan_used.process(in.slice(0, cut), out.view().slice(0, cut));
            pan_used.process(in.slice(cut, 600 - cut), out.view().slice(cut, 600 - cut));
            return out;
        };
        process::Pan pan;
        pan.prepare(spec_of(rate_hz, channels, 600));
        const auto parts = run(pan);

        process::Pan other;
        other.prepare(spec_of(rate_hz, channels, 600));
        other.set_position(position);
        const auto in = test::planar(noise, channels);
        audio::AudioBuffer whole(other.output_channels(), 600);
        other.process(in.view(), whole.view());
        for (int c = 0; c < whole.channels(); ++c) {
            RC_ASSERT(std::ranges::equal(whole.channel(c), parts.channel(c)));
        }
        pan.set_position(0.0);
        pan.reset();
        other.set_position(0.0);
        other.prepare(spec_of(rate_hz, channels, 600));
        const auto again = run(pan);
        const auto anew = run(other);
        for (int c = 0; c < whole.channels(); ++c) {
            RC_ASSERT(std::ranges::equal(again.channel(c), anew.channel(c)));
        }
    });
}
