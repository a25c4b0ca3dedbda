// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/loudness.h"
#include "support/measured.h"

#include <cmath>

using namespace gainstage;

namespace {

constexpr meter::BridgeOptions exact{.exact_gating_blocks = 100'000};

std::vector<float> between_silences(const std::vector<float>& sound) {
    return test::joined({std::vector<float>(48000, 0.0f), sound, std::vector<float>(48000, 0.0f)});
}

} // namespace

TEST_CASE("loudness: exact gates and gates in bins agree within a bin, and say which they are") {
    // Fixed programmes: none of their blocks stands within a bin of a gate, where the two may
    // rightly differ.
    for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u}) {
        INFO("seed " << seed);
        const auto audio = test::planar(test::programme(600'000, test::Seed{seed}), 2);
        const auto in_bins = test::measured(audio);
        const auto one_by_one = test::measured(audio, {.bridge = exact});
        CHECK_FALSE(in_bins.exact_gating);
        CHECK(one_by_one.exact_gating);
        CHECK(in_bins[meter::integrated].db() ==
              Approx(one_by_one[meter::integrated].db()).margin(0.01));
        CHECK((in_bins[meter::loudness_range] - one_by_one[meter::loudness_range]).db() ==
              Approx(0.0).margin(0.02));
    }
}

TEST_CASE("loudness: a block at the edge of a gate is all that gates in bins may judge otherwise") {
    for (std::uint64_t seed = 9; seed < 29; ++seed) {
        INFO("seed " << seed);
        const auto audio = test::planar(test::programme(600'000, test::Seed{seed}), 2);
        const auto in_bins = test::measured(audio);
        const auto one_by_one = test::measured(audio, {.bridge = exact});
        // One block of the 122, 10 LU under the mean, moves the mean by 10 log10(1 + 0.9 / 121) =
        // 0.03 dB.
        CHECK(in_bins[meter::integrated].db() ==
              Approx(one_by_one[meter::integrated].db()).margin(0.07));
    }
}

TEST_CASE("loudness: more blocks than there is room for are judged in bins, and it says so") {
    const auto audio = test::planar(test::programme(480'000, test::Seed{1}), 1);
    const auto m = test::measured(audio, {.bridge = {.exact_gating_blocks = 50}});
    CHECK_FALSE(m.exact_gating);
    CHECK(m[meter::integrated].db() == test::measured(audio)[meter::integrated].db());
}

TEST_CASE("loudness: blocks by level add up to all that pass the absolute gate") {
    const auto m = test::measured(test::planar(test::sine(997.0, 0.1, 480'000, 48000.0), 1));
    std::uint64_t blocks = 0;
    for (const std::uint64_t count : m.momentary_blocks) {
        blocks += count;
    }
    CHECK(blocks == 97); // 10 s: one each 100 ms from 400 ms on
    // -23.01 LUFS: the bin from -24 to -23
    CHECK(m.momentary_blocks[46] == 97);
}

TEST_CASE("short sound: what a momentary meter shows when it passes between silences") {
    for (const std::size_t frames : {1u, 37u, 480u, 4801u, 14400u}) {
        const auto sound = test::programme(frames, test::Seed{frames}, 0.5);
        const auto alone = test::measured(test::planar(sound, 2));
        const auto passing = test::measured(test::planar(between_silences(sound), 2));
        INFO(frames << " frames");
        REQUIRE(alone.value("short_sound_lufs").has_value());
        // the passing one moves in steps of 10 ms and reads what the filters ring on as well
        CHECK(*alone.value("short_sound_lufs") ==
              Approx(*passing.value("max_momentary_lufs")).margin(0.001));
    }
}

TEST_CASE("short sound: 6 dB more is 6 LU more, nothing for 400 ms and for no frames at all") {
    const auto sound = test::programme(9000, test::Seed{7}, 0.5);
    auto half = sound;
    for (float& x : half) {
        x *= 0.5f;
    }
    CHECK(*test::measured(test::planar(sound, 1)).value("short_sound_lufs") -
              *test::measured(test::planar(half, 1)).value("short_sound_lufs") ==
          Approx(6.0206).margin(1e-4));
    const auto longer = test::programme(19200, test::Seed{7});
    CHECK_FALSE(test::measured(test::planar(longer, 1)).value("short_sound_lufs").has_value());
    CHECK_FALSE(test::measured(audio::AudioBuffer(1, 0)).value("short_sound_lufs").has_value());
    CHECK(std::isinf(*test::measured(audio::AudioBuffer(1, 99)).value("short_sound_lufs")));
}
