// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
#include "support/instruments.h"
#include "take/repeated_buffers.h"

#include <limits>

using namespace gainstage;
using namespace gainstage::test;
using take::RepeatedBuffers;
using take::RepeatedBuffersFound;

namespace {

RepeatedBuffersFound look(const std::vector<float>& signal, std::size_t block = 4096) {
    RepeatedBuffers repeated;
    repeated.prepare({.sample_rate = Hertz{48000.0},
                      .layout = audio::ChannelLayout::default_for(1),
                      .max_frames = static_cast<int>(block)});
    const audio::AudioBuffer buffer = planar({signal});
    for (std::size_t n = 0; n < buffer.frames(); n += block) {
        repeated.process(buffer.view().slice(n, std::min(block, buffer.frames() - n)));
    }
    return repeated.found();
}

/// The `frames` before `at` once more, in place of what was there.
void repeat(std::vector<float>& x, std::size_t at, std::size_t frames) {
    std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(at - frames), frames,
                x.begin() + static_cast<std::ptrdiff_t>(at));
}

} // namespace

TEST_CASE("repeated buffers: a buffer that was written twice is found, whatever its size") {
    for (const std::size_t size : RepeatedBuffers::sizes) {
        CAPTURE(size);
        std::vector<float> x =
            recorded(phrase(Instrument::strings, Seed{2}, 2.0), -6.0, -92.0, Seed{1});
        repeat(x, 40000, size);
        const RepeatedBuffersFound found = look(x);
        REQUIRE(found.count == 1);
        CHECK(found.first.front().first_frame == 40000);
        CHECK(found.first.front().frames - size <= 1);
    }
}

TEST_CASE("repeated buffers: found wherever it lies, not only where a driver's buffers begin") {
    const std::vector<float> noise = white_noise(16000, Seed{7}, 0.3);
    for (const std::size_t size : RepeatedBuffers::sizes) {
        for (std::size_t at = 5001; at < 5001 + 3 * size; at += size / 5 + 1) {
            CAPTURE(size, at);
            std::vector<float> x = noise;
            repeat(x, at, size);
            const RepeatedBuffersFound found = look(x, 512);
            REQUIRE(found.count == 1);
            CHECK(found.first.front().first_frame == at);
            CHECK(found.first.front().frames == size);
        }
    }
}

TEST_CASE("repeated buffers: the same however the stream is cut, and twice over") {
    std::vector<float> x = recorded(sine(97.3, 0.4, 96000, 48000.0), -6.0, -92.0, Seed{1});
    repeat(x, 40000, 256);
    repeat(x, 40256, 256);
    repeat(x, 60000, 64);
    for (const std::size_t block : {1u, 63u, 4096u}) {
        const RepeatedBuffersFound found = look(x, block);
        REQUIRE(found.count == 2);
        CHECK(found.first[0].first_frame == 40000);
        CHECK(found.first[1].first_frame == 60000);
    }
}

TEST_CASE("repeated buffers: none in any instrument, in exact loops, periods and square waves") {
    for (const Instrument instrument : instruments) {
        CAPTURE(name(instrument));
        const std::vector<float> x = phrase(instrument, Seed{5}, 4.0);
        for (const auto& signal : {x, recorded(x, -9.0, -92.0, Seed{1}), clipped(x, 6.0)}) {
            CHECK(look(signal).count == 0);
        }
    }
    for (int variant = 0; variant < 6; ++variant) {
        CHECK(look(square_synth(variant, Seed{3}, 2.0)).count == 0);
    }
    // 400 Hz is 120 frames: bursts of every length, each of exact periods.
    std::vector<float> bursts;
    const std::vector<float> tone = sine(400.0, 0.5, 4000, 48000.0);
    for (std::size_t frames = 100; frames < 2100; frames += 1) {
        for (std::size_t n = 0; n < frames; ++n) {
            bursts.push_back(tone[n % 120]);
        }
        bursts.push_back(0.01f * static_cast<float>(frames % 7));
    }
    CHECK(look(bursts).count == 0);
}

TEST_CASE("repeated buffers: nothing, one frame, silence, what is no number, soft steps") {
    CHECK(look({}).count == 0);
    CHECK(look({0.5f}).count == 0);
    CHECK(look(std::vector<float>(20000)).count == 0);
    CHECK(look(std::vector<float>(20000, 0.5f)).count == 0);
    CHECK(look(std::vector<float>(20000, std::numeric_limits<float>::infinity())).count == 0);
    std::vector<float> soft =
        recorded(phrase(Instrument::bass, Seed{4}, 3.0), -75.0, -140.0, Seed{1});
    for (float& x : soft) {
        x = std::round(x * 32768.0f) / 32768.0f;
    }
    CHECK(look(soft).count == 0);
}
