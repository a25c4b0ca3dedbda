// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/instruments.h"
#include "take/mains_hum.h"

using namespace gainstage;
using namespace gainstage::test;
using take::Hum;
using take::MainsHum;

namespace {

std::optional<Hum> listen(const std::vector<std::vector<float>>& channels,
                          double rate_hz = 48000.0,
                          std::size_t block = 4096) {
    const audio::AudioBuffer buffer = planar(channels);
    MainsHum hum;
    hum.prepare({.sample_rate = Hertz{rate_hz},
                 .layout = audio::ChannelLayout::default_for(static_cast<int>(channels.size())),
                 .max_frames = static_cast<int>(block)});
    for (std::size_t n = 0; n < buffer.frames(); n += block) {
        hum.process(buffer.view().slice(n, std::min(block, buffer.frames() - n)));
    }
    return hum.found();
}

/// Mains hum of `level_dbfs` RMS in all: fundamental and harmonics 2 to 6, each 3 dB under the one
/// before.
std::vector<float>
hum_of(double mains_hz, double level_dbfs, std::size_t frames, double rate_hz = 48000.0) {
    double power = 0.0;
    for (int h = 0; h < 6; ++h) {
        power += 0.5 * std::pow(10.0, -0.3 * h);
    }
    std::vector<float> out(frames);
    for (int h = 0; h < 6; ++h) {
        const double amplitude = linear(level_dbfs - 3.0 * h) / std::sqrt(power);
        const std::vector<float> tone =
            sine(mains_hz * (h + 1), amplitude, frames, rate_hz, 0.4 * h);
        for (std::size_t n = 0; n < frames; ++n) {
            out[n] += tone[n];
        }
    }
    return out;
}

std::vector<float> sum(std::vector<float> a, const std::vector<float>& b, double gain_db = 0.0) {
    for (std::size_t n = 0; n < a.size(); ++n) {
        a[n] = a[n] * static_cast<float>(linear(gain_db)) + b[n];
    }
    return a;
}

constexpr double seconds = 20.0;
constexpr std::size_t frames = static_cast<std::size_t>(seconds * 48000.0);

} // namespace

TEST_CASE("hum: 50 and 60 Hz, a little off, in noise: frequency and level") {
    const double exact_hz = GENERATE(49.8, 50.0, 50.13, 59.9, 60.0);
    CAPTURE(exact_hz);
    const auto found =
        listen({sum(hum_of(exact_hz, -50.0, frames), white_noise(frames, Seed{1}, linear(-60.0)))});
    REQUIRE(found);
    CHECK(found->fundamental.value() == std::round(exact_hz / 10.0) * 10.0);
    CHECK(found->level.db() == Approx(-50.0).margin(1.0));
}

TEST_CASE("hum: under a bass line 32 dB above it") {
    const std::uint64_t seed = GENERATE(1u, 2u, 3u, 4u);
    const std::vector<float> bass = phrase(Instrument::bass, Seed{seed}, seconds);
    const auto found =
        listen({recorded(sum(bass, hum_of(50.0, -50.0, frames), -8.0), 0.0, -90.0, Seed{1})});
    REQUIRE(found);
    CHECK(found->fundamental.value() == 50.0);
    CHECK(found->level.db() == Approx(-50.0).margin(2.0));
}

TEST_CASE("hum: music alone is none, at any pitch", "[repeats]") {
    const Instrument instrument =
        GENERATE(from_range(std::begin(instruments), std::end(instruments)));
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(name(instrument), seed);
        const std::vector<float> music = phrase(instrument, Seed{seed}, seconds);
        CHECK(!listen({recorded(music, -8.0, -90.0, Seed{seed})}));
        CHECK(!listen({recorded(music, -8.0, -60.0, Seed{seed})}));
    }
}

TEST_CASE("hum: a held low G is 49 Hz, not mains") {
    CHECK(!listen({sum(hum_of(49.0, -20.0, frames), white_noise(frames, Seed{1}, linear(-70.0)))}));
    CHECK(!listen(
        {sum(hum_of(61.74, -20.0, frames), white_noise(frames, Seed{1}, linear(-70.0)))})); // B
}

TEST_CASE("hum: a bass note of exactly 50 Hz that stops now and then is music") {
    std::vector<float> note = hum_of(50.0, -20.0, frames);
    for (std::size_t n = 0; n < frames; ++n) {
        note[n] = n % 480000 < 192000 ? note[n] : 0.0f; // 4 s of it in 10
    }
    CHECK(!listen({recorded(note, 0.0, -90.0, Seed{1})}));
}

TEST_CASE("hum: one tone of 50 Hz without harmonics isn't called hum") {
    CHECK(!listen(
        {sum(sine(50.0, 0.01, frames, 48000.0), white_noise(frames, Seed{2}, linear(-70.0)))}));
}

TEST_CASE("hum: a drum loop that repeats 2, 4 or 10 times a second has lines at the mains' "
          "harmonics, and is none") {
    const std::size_t period = GENERATE(24000u, 12000u, 4800u);
    std::vector<float> loop;
    for (std::size_t n = 0; n < frames; ++n) {
        const double t = static_cast<double>(n % period) / 48000.0;
        loop.push_back(
            static_cast<float>(0.5 * std::exp(-t / 0.05) * std::sin(2.0 * 3.14159265 * 70.0 * t)));
    }
    CAPTURE(period);
    CHECK(!listen({recorded(loop, 0.0, -90.0, Seed{1})}));
}

TEST_CASE("hum: one note of 60 Hz that dies away is none") {
    std::vector<float> note = hum_of(60.0, -12.0, frames);
    for (std::size_t n = 0; n < frames; ++n) {
        note[n] *= static_cast<float>(linear(-8.0 * static_cast<double>(n) / 48000.0));
    }
    CHECK(!listen({recorded(note, 0.0, -90.0, Seed{1})}));
}

TEST_CASE("hum: noise, of any colour, is none") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CHECK(!listen({white_noise(frames / 4, Seed{seed}, 0.1)}));
        CHECK(!listen({programme(frames / 4, Seed{seed}, 0.1)}));
    }
}

TEST_CASE("hum: the worst channel is told, at every rate, however the stream is cut") {
    const double rate_hz = GENERATE(8000.0, 44100.0, 96000.0, 192000.0);
    const auto count = static_cast<std::size_t>(10.0 * rate_hz);
    const std::vector<float> quiet = white_noise(count, Seed{1}, linear(-70.0));
    const auto whole = listen({quiet, sum(hum_of(60.0, -45.0, count, rate_hz), quiet)}, rate_hz);
    REQUIRE(whole);
    CHECK(whole->level.db() == Approx(-45.0).margin(1.0));
    const auto cut = listen({quiet, sum(hum_of(60.0, -45.0, count, rate_hz), quiet)}, rate_hz, 333);
    REQUIRE(cut);
    CHECK(cut->level == whole->level);
}

TEST_CASE("hum: nothing, one frame, silence, DC, and what is no number") {
    CHECK(!listen({{}}));
    CHECK(!listen({{0.5f}}));
    CHECK(!listen({std::vector<float>(480000)}));
    CHECK(!listen({std::vector<float>(480000, 0.5f)}));
    CHECK(!listen({std::vector<float>(480000, std::numeric_limits<float>::infinity())}));
}
