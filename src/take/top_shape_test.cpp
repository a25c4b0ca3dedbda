// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "support/signals.h"
#include "take/top_shape.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace gainstage;
using namespace gainstage::test;
using take::Top;
using take::TopReader;
using take::TopShape;

namespace {

/// Half a period of a sine of `frames`, cut off by `depth_db`, its highest sample `level`.
std::vector<float> half_wave(int frames, double depth_db, float level) {
    std::vector<float> x;
    for (int n = 0; n < frames; ++n) {
        const double sample = std::sin(std::numbers::pi * (n + 0.5) / frames);
        x.push_back(level * static_cast<float>(std::min(1.0, sample * linear(depth_db))));
    }
    return x;
}

Top read(const std::vector<float>& x) {
    TopReader reader;
    reader.prepare(x.size());
    return reader.read(x, *std::ranges::max_element(x), 1e-7f);
}

} // namespace

TEST_CASE("top shape: a sine's top is round, one that is cut off is flat, at its level, with what "
          "is missing") {
    rc::prop("at any level and frequency that shows it", [] {
        const int frames = *rc::gen::inRange(100, 2000);
        const auto level = static_cast<float>(linear(-0.1 * *rc::gen::inRange(0, 600)));
        const Top round = read(half_wave(frames, 0.0, level));
        RC_ASSERT(round.shape == TopShape::round);
        RC_ASSERT(round.flat_frames == 0.0f);
        RC_ASSERT(std::abs(round.level / level - 1.0f) < 0.01f);

        const double depth_db = 0.1 * *rc::gen::inRange(10, 100);
        const auto x = half_wave(frames, depth_db, level);
        const Top cut = read(x);
        RC_ASSERT(cut.shape == TopShape::flat);
        RC_ASSERT(std::abs(cut.level / level - 1.0f) < 1e-4f);
        RC_ASSERT(std::abs(static_cast<double>(cut.missing_db) - depth_db) < 0.2 + 40.0 / frames);
        RC_ASSERT(x[cut.first] >= 0.97f * level);
        RC_ASSERT(x[cut.first + cut.frames - 1] >= 0.97f * level);
        const double flat = frames * (1.0 - 2.0 * std::asin(linear(-depth_db)) / std::numbers::pi);
        RC_ASSERT(std::abs(static_cast<double>(cut.flat_frames) - flat) < 0.06 * frames + 2.0);
    });
}

TEST_CASE("top shape: three samples and more are exact if they are the same to the last bit") {
    CHECK(read({0.1f, 0.3f, 0.5f, 0.5f, 0.5f, 0.5f, 0.3f, 0.1f}).exact);
    CHECK_FALSE(read({0.1f, 0.3f, 0.5f, 0.49999f, 0.5f, 0.5f, 0.3f, 0.1f}).exact);
    CHECK_FALSE(read({0.1f, 0.5f, 0.5f, 0.1f}).exact);
}

TEST_CASE("top shape: few samples are a pair if they are alike, or say nothing") {
    CHECK(read({0.1f, 0.5f, 0.1f}).shape == TopShape::narrow);
    CHECK(read({0.1f, 0.5f, 0.4999f, 0.1f}).shape == TopShape::close_pair);
    CHECK(read({0.1f, 0.5f, 0.499f, 0.1f}).shape == TopShape::pair);
    CHECK(read({0.1f, 0.5f, 0.47f, 0.1f}).shape == TopShape::narrow);
    CHECK(read({0.5f}).shape == TopShape::narrow);
}

TEST_CASE("top shape: a long cut top is read through its noise, a long round one too") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        const auto noise = white_noise(400, Seed{seed}, 0.002);
        auto cut = half_wave(400, 3.0, 0.5f);
        auto round = half_wave(400, 0.0, 0.5f);
        for (std::size_t n = 0; n < noise.size(); ++n) {
            cut[n] += noise[n];
            round[n] += noise[n];
        }
        CHECK(read(cut).shape == TopShape::flat);
        CHECK_FALSE(read(cut).exact);
        CHECK(read(round).shape == TopShape::round);
    }
}

TEST_CASE("top shape: what a few steps of a converter make flat is too soft to tell") {
    CHECK(TopReader::is_too_soft(0.001f, 1.0f / 32768.0f));
    CHECK_FALSE(TopReader::is_too_soft(0.5f, 1.0f / 32768.0f));
}

TEST_CASE("top shape: halfway up a flank a sine is at half its level, a square all there") {
    const auto sine_cut = half_wave(200, 6.0, 1.0f);
    const Top top = read(sine_cut);
    CHECK(take::halfway_up(sine_cut, top.first, top.frames) == Approx(0.5f).margin(0.05));
    const std::vector<float> square(200, 1.0f);
    CHECK(take::halfway_up(square, 0, 200) == 1.0f);
}
