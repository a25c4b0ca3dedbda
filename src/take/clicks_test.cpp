// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
#include "support/instruments.h"
#include "take/clicks.h"

#include <cmath>
#include <limits>

using namespace gainstage;
using namespace gainstage::test;
using take::ClickKind;
using take::Clicks;
using take::ClicksFound;

namespace {

ClicksFound
clicks_in(const audio::AudioBuffer& sound, double rate_hz = 48000.0, std::size_t block = 4096) {
    Clicks clicks;
    clicks.prepare({.sample_rate = Hertz{rate_hz},
                    .layout = audio::ChannelLayout::default_for(sound.view().channels()),
                    .max_frames = static_cast<int>(block)});
    for (std::size_t n = 0; n < sound.frames(); n += block) {
        clicks.process(sound.view().slice(n, std::min(block, sound.frames() - n)));
    }
    return clicks.found();
}

ClicksFound clicks_in(const std::vector<float>& signal, double rate_hz = 48000.0) {
    return clicks_in(planar({signal}), rate_hz);
}

/// A held chord with a converter's noise.
std::vector<float> chord(std::size_t frames, double rate_hz = 48000.0) {
    std::vector<float> x(frames);
    for (const double f_hz : {196.0, 247.3, 294.1, 587.0, 1175.3}) {
        const auto part = sine(f_hz, 0.12, frames, rate_hz, f_hz);
        for (std::size_t n = 0; n < frames; ++n) {
            x[n] += part[n];
        }
    }
    return recorded(x, 0.0, -92.0, Seed{3});
}

void lose(std::vector<float>& x, std::size_t at, std::size_t frames) {
    x.erase(x.begin() + static_cast<std::ptrdiff_t>(at),
            x.begin() + static_cast<std::ptrdiff_t>(at + frames));
}

} // namespace

TEST_CASE("clicks: wrong samples in a chord are found, which and how high") {
    for (const double height_db : {-6.0, -20.0, -40.0}) {
        CAPTURE(height_db);
        std::vector<float> x = chord(24000);
        x[12345] += static_cast<float>(linear(height_db));
        const ClicksFound found = clicks_in(x);
        REQUIRE(found.count == 1);
        const take::Click& click = found.first.front();
        CHECK(click.kind == ClickKind::wrong_samples);
        CHECK(click.first_frame == 12345);
        CHECK(click.frames == 1);
        CHECK(click.height.db() == Approx(height_db).margin(0.2)); // noise of -92 dBFS
    }
    std::vector<float> x = chord(24000);
    for (std::size_t n = 0; n < 8; ++n) {
        x[9000 + n] = n % 3 == 0 ? 0.4f : -0.3f;
    }
    const ClicksFound found = clicks_in(x);
    REQUIRE(found.count == 1);
    CHECK(found.first.front().first_frame == 9000);
    CHECK(found.first.front().frames == 8);
}

TEST_CASE("clicks: samples that were lost or came twice make the wave jump") {
    for (const std::size_t frames : {1u, 5u, 64u, 1000u}) {
        CAPTURE(frames);
        std::vector<float> lost = chord(24000);
        lose(lost, 12346, frames);
        std::vector<float> again = chord(24000);
        const std::vector<float> piece(again.begin() + 12000,
                                       again.begin() + 12000 + static_cast<std::ptrdiff_t>(frames));
        again.insert(again.begin() + 12000 + static_cast<std::ptrdiff_t>(frames), piece.begin(),
                     piece.end());
        for (const auto& [x, at] : {std::pair{lost, std::size_t{12346}}, {again, 12000 + frames}}) {
            const ClicksFound found = clicks_in(x);
            REQUIRE(found.count == 1);
            CHECK(found.first.front().first_frame >= at);
            CHECK(found.first.front().first_frame <= at + 3); // the first few may fit by chance
        }
    }
}

TEST_CASE("clicks: found in played instruments, the same at any level and however it is cut") {
    for (const Instrument instrument :
         {Instrument::bass, Instrument::guitar, Instrument::organ, Instrument::strings}) {
        CAPTURE(name(instrument));
        std::vector<float> x = recorded(phrase(instrument, Seed{2}, 2.0), -6.0, -92.0, Seed{1});
        std::size_t at = 40000;
        const auto plays = [&](std::size_t n) { return std::abs(x[n]) > 0.05f; };
        while (at < 80000 && !(plays(at - 300) && plays(at + 200) && std::abs(x[at]) < 0.1f)) {
            ++at;
        }
        x[at] += 0.2f;
        const ClicksFound found = clicks_in(x);
        REQUIRE(found.count == 1);
        CHECK(found.first.front().first_frame == at);
        for (const std::size_t block : {1u, 63u, 50000u}) {
            CHECK(clicks_in(planar({x}), 48000.0, block).first.front().first_frame == at);
        }
        for (float& y : x) {
            y *= 0.125f;
        }
        CHECK(clicks_in(x).count == 1);
    }
}

TEST_CASE("clicks: none in any instrument, clipped or in 8 bits, in squares and pulses") {
    for (const Instrument instrument : instruments) {
        CAPTURE(name(instrument));
        const std::vector<float> x = phrase(instrument, Seed{5}, 2.0);
        std::vector<float> coarse = x;
        for (float& y : coarse) {
            y = std::round(y * 128.0f) / 128.0f;
        }
        for (const auto& signal : {x, recorded(x, -9.0, -92.0, Seed{1}), clipped(x, 3.0), coarse}) {
            CHECK(clicks_in(signal).count == 0);
        }
    }
    for (int variant = 0; variant < 6; ++variant) {
        CHECK(clicks_in(square_synth(variant, Seed{3}, 2.0)).count == 0);
    }
    std::vector<float> saw(96000);
    std::vector<float> pulses(96000);
    double voice = 0.0;
    for (std::size_t n = 0; n < saw.size(); ++n) { // 30 Hz, and 55 Hz through one resonance
        saw[n] = 0.5f * (static_cast<float>(n % 1600) / 800.0f - 1.0f);
        voice = 0.97 * voice + (n % 873 == 0 ? 0.4 : 0.0);
        pulses[n] = static_cast<float>(voice);
    }
    CHECK(clicks_in(saw).count == 0);
    CHECK(clicks_in(recorded(pulses, 0.0, -80.0, Seed{2})).count == 0);
}

TEST_CASE("clicks: a note that begins over a held chord is none, nor is the end of one") {
    std::vector<float> x = chord(48000);
    const std::vector<float> note = sine(880.0, 0.2, 20000, 48000.0);
    for (std::size_t n = 0; n < note.size(); ++n) {
        const std::size_t edge = std::min(n, note.size() - n); // 2 ms in and out
        x[16000 + n] += note[n] * std::min(1.0f, static_cast<float>(edge) / 96.0f);
    }
    CHECK(clicks_in(x).count == 0);
    x = chord(48000);
    std::fill(x.begin() + 20000, x.begin() + 30000, 0.0f);
    CHECK(clicks_in(x).count == 0);
}

TEST_CASE("clicks: at every sample rate") {
    for (const double rate_hz : {8000.0, 16000.0, 44100.0, 96000.0, 192000.0, 768000.0}) {
        CAPTURE(rate_hz);
        const auto frames = static_cast<std::size_t>(0.3 * rate_hz) + 4000;
        std::vector<float> x = chord(frames, rate_hz);
        x[frames / 2] -= 0.1f;
        const ClicksFound found = clicks_in(x, rate_hz);
        REQUIRE(found.count == 1);
        CHECK(found.first.front().first_frame == frames / 2);
    }
}

TEST_CASE("clicks: one moment in several channels counts once, and after reset() none") {
    std::vector<float> left = chord(48000);
    std::vector<float> right = left;
    for (float& y : right) {
        y *= -0.5f;
    }
    lose(left, 15000, 64);
    lose(right, 15000, 64);
    right[30000] += 0.3f;
    Clicks clicks;
    clicks.prepare({.sample_rate = Hertz{48000.0},
                    .layout = audio::ChannelLayout::default_for(2),
                    .max_frames = 48000});
    const audio::AudioBuffer both = planar({left, right});
    clicks.process(both.view());
    const ClicksFound found = clicks.found();
    REQUIRE(found.count == 2);
    REQUIRE(found.first.size() == 2);
    CHECK(found.first[0].kind == ClickKind::jump);
    CHECK(found.first[1].channel == 1);
    CHECK(found.first[1].first_frame == 30000);
    clicks.reset();
    CHECK(clicks.found().count == 0);
    clicks.process(both.view());
    CHECK(clicks.found().count == 2);
}

TEST_CASE("clicks: nothing, one frame, silence, noise, a step, and what is no number") {
    CHECK(clicks_in(std::vector<float>{}).count == 0);
    CHECK(clicks_in({0.5f}).count == 0);
    std::vector<float> x(20000);
    CHECK(clicks_in(x).count == 0);
    x[10000] = 1.0f; // nothing plays there
    CHECK(clicks_in(x).count == 0);
    std::fill(x.begin() + 10000, x.end(), 0.5f);
    CHECK(clicks_in(x).count == 0);
    CHECK(clicks_in(std::vector<float>(20000, 0.5f)).count == 0);
    CHECK(clicks_in(white_noise(48000, Seed{1})).count == 0);
    std::vector<float> one_bit = white_noise(48000, Seed{2});
    for (float& y : one_bit) {
        y = y < 0.0f ? -0.5f : 0.5f;
    }
    CHECK(clicks_in(one_bit).count == 0);
    for (const float no_number :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 3e38f}) {
        CHECK(clicks_in(std::vector<float>(20000, no_number)).count == 0);
        std::vector<float> mixed = chord(24000);
        mixed[12000] = no_number; // a hole, or far too high
        CHECK(clicks_in(mixed).count <= 1);
    }
}
