// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "support/measured.h"

using namespace gainstage;

namespace {

std::vector<float> sound_between(std::size_t before, std::size_t sound, std::size_t after) {
    return test::joined(
        {std::vector<float>(before), std::vector<float>(sound, 0.1f), std::vector<float>(after)});
}

long frames_of(const meter::Measurement& measured, const char* key) {
    return std::lround(*measured.value(key) * measured.sample_rate.value());
}

} // namespace

TEST_CASE("digital silence: start and end to the frame, wherever they lie") {
    rc::prop("silence, sound, silence", [] {
        const auto before = *rc::gen::inRange<std::size_t>(0, 2000);
        const auto sound = *rc::gen::inRange<std::size_t>(1, 2000);
        const auto after = *rc::gen::inRange<std::size_t>(0, 2000);
        const auto m = test::measured(test::planar(sound_between(before, sound, after), 2));
        RC_ASSERT(frames_of(m, "leading_silence_s") == static_cast<long>(before));
        RC_ASSERT(frames_of(m, "trailing_silence_s") == static_cast<long>(after));
        RC_ASSERT(frames_of(m, "longest_silence_s") == static_cast<long>(std::max(before, after)));
    });
}

TEST_CASE("digital silence: a gap inside is the longest, one channel that sounds is none") {
    const auto gap = test::joined({sound_between(100, 5000, 30000), sound_between(0, 5000, 200)});
    const auto m = test::measured(test::planar(gap, 1));
    CHECK(frames_of(m, "longest_silence_s") == 30000);
    CHECK(frames_of(m, "leading_silence_s") == 100);
    const auto other = test::measured(test::planar({gap, std::vector<float>(gap.size(), -1e-9f)}));
    CHECK(frames_of(other, "longest_silence_s") == 0);
}

TEST_CASE("digital silence: a stream of nothing, and no stream") {
    const auto silent = test::measured(audio::AudioBuffer(2, 12345));
    for (const char* key : {"leading_silence_s", "trailing_silence_s", "longest_silence_s"}) {
        CHECK(frames_of(silent, key) == 12345);
        CHECK(frames_of(test::measured(audio::AudioBuffer(2, 0)), key) == 0);
    }
}
