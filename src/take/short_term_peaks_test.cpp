// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "audio/buffer.h"
#include "take/short_term_peaks.h"

#include <limits>

using namespace gainstage;
using take::ShortTermPeaks;

namespace {

audio::Spec spec(double rate_hz, int channels = 1) {
    return {.sample_rate = Hertz{rate_hz},
            .layout = audio::ChannelLayout::default_for(channels),
            .max_frames = 4096};
}

} // namespace

TEST_CASE("short-term peaks: one a 50 ms, of any channel, however the stream is cut") {
    const double rate_hz = GENERATE(8000.0, 48000.0, 768000.0);
    const auto hop = static_cast<std::size_t>(rate_hz / 20.0);
    audio::AudioBuffer buffer(2, static_cast<int>(3 * hop + 1));
    buffer.view().clear();
    buffer.view().channel(0)[hop - 1] = -0.5f;
    buffer.view().channel(1)[hop] = 0.25f;
    buffer.view().channel(0)[hop + 1] = std::numeric_limits<float>::quiet_NaN();
    buffer.view().channel(1)[2 * hop] = std::numeric_limits<float>::infinity();
    ShortTermPeaks peaks;
    peaks.prepare(spec(rate_hz, 2));
    const std::size_t cut = GENERATE(0u, 1u, 399u, 400u, 401u);
    peaks.process(buffer.view().first(cut));
    peaks.process(buffer.view().slice(cut, 3 * hop + 1 - cut));
    REQUIRE(peaks.peaks().size() == 3);
    CHECK(peaks.peaks()[0] == 0.5f);
    CHECK(peaks.peaks()[1] == 0.25f);
    CHECK(peaks.peaks()[2] == 0.0f);
    CHECK(peaks.hop().value() == Approx(0.05));
}

TEST_CASE("short-term peaks: an hour and more fits, at half the resolution") {
    ShortTermPeaks peaks;
    peaks.prepare(spec(8000.0));
    audio::AudioBuffer second(1, 8000);
    second.view().clear();
    second.view().channel(0)[100] = 0.75f;
    for (int s = 0; s < 4000; ++s) {
        peaks.process(second.view());
    }
    CHECK(peaks.hop().value() == Approx(0.1));
    REQUIRE(peaks.peaks().size() == 40000);
    CHECK(peaks.peaks()[0] == 0.75f);
    CHECK(peaks.peaks()[10] == 0.75f);
    CHECK(peaks.peaks()[39990] == 0.75f);
    CHECK(peaks.peaks()[1] == 0.0f);
}
