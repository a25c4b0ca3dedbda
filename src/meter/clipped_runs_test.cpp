// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/clipped_runs.h"
#include "support/measured.h"

using namespace gainstage;
using namespace gainstage::meter;

namespace {

constexpr float full = 32767.0f / 32768.0f;

/// Half a second of quiet noise with runs of `value`, each {first frame, frames}.
audio::AudioBuffer with_runs(std::initializer_list<std::pair<std::size_t, std::size_t>> runs,
                             float value) {
    auto x = test::white_noise(24000, test::Seed{1}, 0.1);
    for (const auto& [first, frames] : runs) {
        std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(first), frames, value);
    }
    return test::planar({test::white_noise(24000, test::Seed{2}, 0.1), x});
}

} // namespace

TEST_CASE("clipped runs: three in a row count, two don't, where and how long, across cells too") {
    const Measurement m =
        test::measured(with_runs({{100, 2}, {200, 3}, {478, 5}, {960, 1500}, {23997, 3}}, full));
    CHECK(m[clipped_runs] == 4);
    CHECK(m.value(clipped_runs.key, 0) == 0.0);
    CHECK(m.value(clipped_runs.key, 1) == 4.0);
    REQUIRE(m.clipped_runs.size() == 4);
    const std::uint64_t expected[][2] = {{200, 3}, {478, 5}, {960, 1500}, {23997, 3}};
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(m.clipped_runs[i].channel == 1);
        CHECK(m.clipped_runs[i].first_frame == expected[i][0]);
        CHECK(m.clipped_runs[i].frames == expected[i][1]);
    }
}

TEST_CASE(
    "clipped runs: both ends of 16, 24 and 32 bit and of float are full scale, just below is not") {
    for (const float value : {full, -full, -1.0f, 1.0f, 8388607.0f / 8388608.0f, 1.7f}) {
        CHECK(test::measured(with_runs({{500, 3}}, value))[clipped_runs] == 1);
    }
    CHECK(test::measured(with_runs({{500, 30}}, 32766.0f / 32768.0f))[clipped_runs] == 0);
}

TEST_CASE("clipped runs: all are counted, the first 256 are listed") {
    std::vector<float> x(48000, 0.0f);
    for (std::size_t n = 0; n < 400; ++n) {
        std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(100 * n), 4, 1.0f);
    }
    const Measurement m = test::measured(test::planar(x, 1));
    CHECK(m[clipped_runs] == 400);
    REQUIRE(m.clipped_runs.size() == ClippedRuns::most_listed);
    CHECK(m.clipped_runs.back().first_frame == 25500);
    CHECK(m.clipped_runs.back().frames == 4);
}
