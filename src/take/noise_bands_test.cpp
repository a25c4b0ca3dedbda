// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/instruments.h"
#include "take/noise_bands.h"

using namespace gainstage;
using namespace gainstage::test;

namespace {

std::optional<take::NoiseLevels>
bands_of(const std::vector<float>& signal, double rate_hz = 48000.0, std::size_t block = 4096) {
    take::NoiseBands bands;
    bands.prepare({.sample_rate = Hertz{rate_hz},
                   .layout = audio::ChannelLayout::default_for(1),
                   .max_frames = static_cast<int>(block)});
    const audio::AudioBuffer buffer = planar({signal});
    for (std::size_t n = 0; n < buffer.frames(); n += block) {
        bands.process(buffer.view().slice(n, std::min(block, buffer.frames() - n)));
    }
    return bands.levels();
}

std::vector<float> hissing(double noise_dbfs) {
    return recorded(std::vector<float>(480000), 0.0, noise_dbfs, Seed{1});
}

} // namespace

TEST_CASE("noise bands: white noise of -60 dBFS is hiss of -60.4 and rumble of -88.4 dBFS") {
    // White noise has 22/24 of its power above 2 kHz (-0.4 dB), 35/24000 from 5 to 40 Hz (-28.4
    // dB).
    const auto levels = bands_of(hissing(-60.0));
    REQUIRE(levels);
    CHECK(levels->hiss.db() == Approx(-60.4).margin(0.5));
    CHECK(levels->rumble.db() < -86.0);
    CHECK(levels->rumble.db() > -99.0);
}

TEST_CASE("noise bands: rumble of 20 Hz under hiss and a note that never stops") {
    const std::vector<float> rumble = sine(20.0, linear(-47.0), 480000, 48000.0);
    const std::vector<float> bass = sine(220.0, 0.3, 480000, 48000.0);
    std::vector<float> x = hissing(-70.0);
    for (std::size_t n = 0; n < x.size(); ++n) {
        x[n] += rumble[n] + bass[n];
    }
    const auto levels = bands_of(x);
    REQUIRE(levels);
    CHECK(levels->rumble.db() ==
          Approx(-50.0).margin(1.5)); // RMS of the sine; the note leaks little
    CHECK(levels->hiss.db() == Approx(-70.4).margin(1.0));
    const auto without = bands_of(hissing(-70.0));
    CHECK(without->rumble.db() < -90.0);
}

TEST_CASE("noise bands: the same however the stream is cut, and g dB more in is g dB more") {
    const std::vector<float> x =
        recorded(phrase(Instrument::voice, Seed{1}, 6.0), -9.0, -70.0, Seed{1});
    const auto whole = bands_of(x);
    REQUIRE(whole);
    for (const std::size_t block : {1u, 63u, 1000u}) {
        CHECK(bands_of(x, 48000.0, block)->hiss.db() == Approx(whole->hiss.db()).margin(1e-6));
    }
    std::vector<float> half = x;
    for (float& y : half) {
        y *= 0.5f;
    }
    CHECK(bands_of(half)->hiss.db() == Approx(whole->hiss.db() - 6.0206).margin(1e-3));
}

TEST_CASE("noise bands: nothing, one frame and silence have no noise") {
    CHECK(!bands_of({}));
    CHECK(!bands_of({0.5f}));
    CHECK(!bands_of(std::vector<float>(96000)));
    for (const double rate_hz : {8000.0, 768000.0}) {
        CHECK(
            bands_of(white_noise(static_cast<std::size_t>(2.0 * rate_hz), Seed{1}, 0.1), rate_hz));
    }
}
