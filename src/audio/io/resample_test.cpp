// SPDX-License-Identifier: MIT
#include "audio/io/source.h"

#include "support/memory_source.h"
#include "support/read_all.h"
#include "support/signals.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <cmath>
#include <limits>

using namespace gainstage;
using namespace gainstage::audio;
using namespace gainstage::test;

namespace {

WholeFile resampled(AudioBuffer sound,
                    double from_hz,
                    double to_hz,
                    std::size_t block_frames = 4096,
                    std::optional<Error> error = {}) {
    auto source = io::resample(
        std::make_unique<MemorySource>(std::move(sound), from_hz, std::move(error)), Hertz{to_hz});
    REQUIRE(source);
    return read_all(**source, block_frames);
}

/// Largest difference, in dB of full scale, away from the ends, where the filter has seen silence.
double worst_difference_db(const std::vector<float>& a, const std::vector<float>& b) {
    double worst = 0.0;
    const std::size_t margin = std::min(a.size(), b.size()) / 8;
    for (std::size_t n = margin; n + margin < std::min(a.size(), b.size()); ++n) {
        worst = std::max(worst, std::abs(static_cast<double>(a[n]) - static_cast<double>(b[n])));
    }
    return 20.0 * std::log10(worst);
}

} // namespace

TEST_CASE("resample: a sine stays the same sine, in level and in time") {
    struct Pair {
        double from_hz;
        double to_hz;
    };

    const auto rates = GENERATE(values<Pair>({{44100, 48000},
                                              {48000, 44100},
                                              {96000, 44100},
                                              {44100, 192000},
                                              {8000, 768000},
                                              {768000, 8000},
                                              {11025, 48000}}));
    const double part = GENERATE(0.01, 0.2, 0.44); // the pass band ends at 0.4565
    const double tone_hz = part * std::min(rates.from_hz, rates.to_hz);
    const auto frames = static_cast<std::size_t>(rates.from_hz / 2);
    const auto made =
        resampled(planar(sine(tone_hz, 0.5, frames, rates.from_hz), 1), rates.from_hz, rates.to_hz);
    const auto wanted = sine(tone_hz, 0.5, made.frames(), rates.to_hz);
    CAPTURE(rates.from_hz, rates.to_hz, tone_hz);
    // Against the sine itself: a delay of a millionth of a sample would show. float32 is good for
    // -150 dB.
    CHECK(worst_difference_db(made.channels[0], wanted) < -140.0);
}

TEST_CASE("resample: what the lower rate can't hold is gone, not folded") {
    const auto made = resampled(planar(sine(23'000.0, 0.5, 48'000, 48000.0), 1), 48000.0, 44100.0);
    const std::vector<float> silence(made.frames(), 0.0f);
    CHECK(worst_difference_db(made.channels[0], silence) < -140.0);
}

TEST_CASE("resample: the length is exact: frames times the ratio, rounded") {
    rc::prop("for any length and rates", [] {
        const double rates_hz[] = {8000, 11025, 22050, 44100, 48000, 88200, 96000, 192000};
        const auto frames = *rc::gen::inRange<std::size_t>(0, 20'000);
        const double from_hz = rates_hz[*rc::gen::inRange(0, 8)];
        const double to_hz = rates_hz[*rc::gen::inRange(0, 8)];
        const auto made = resampled(planar(white_noise(frames, Seed{1}), 1), from_hz, to_hz);
        const auto wanted = static_cast<std::uint64_t>(
            std::llround(static_cast<double>(frames) * (to_hz / from_hz)));
        RC_ASSERT(made.frames() == wanted);
        RC_ASSERT(made.info.frames == wanted);
        RC_ASSERT(made.info.sample_rate == Hertz{to_hz});
    });
}

TEST_CASE("resample: block sizes make no difference") {
    const auto noise = white_noise(10'000, Seed{2}, 0.5);
    const auto whole = resampled(planar(noise, 2), 44100.0, 48000.0);
    for (const std::size_t block_frames : {1u, 7u, 64u, 4095u, 20'000u}) {
        CAPTURE(block_frames);
        CHECK((resampled(planar(noise, 2), 44100.0, 48000.0, block_frames).channels ==
               whole.channels));
    }
}

TEST_CASE("resample: 64 channels stay apart") {
    std::vector<std::vector<float>> sound;
    for (int c = 0; c < 64; ++c) {
        sound.push_back(sine(100.0 * (c + 1), 0.5, 8000, 44100.0));
    }
    const auto made = resampled(planar(sound), 44100.0, 48000.0);
    REQUIRE(made.channels.size() == 64);
    for (std::size_t c = 0; c < 64; ++c) {
        const auto wanted = sine(100.0 * static_cast<double>(c + 1), 0.5, made.frames(), 48000.0);
        REQUIRE(worst_difference_db(made.channels[c], wanted) < -140.0);
    }
}

TEST_CASE("resample: the right rate already is left alone") {
    auto source = std::make_unique<MemorySource>(AudioBuffer(1, 10), 48000.0);
    const io::Source* before = source.get();
    const auto after = io::resample(std::move(source), Hertz{48000.0});
    REQUIRE(after);
    CHECK(after->get() == before);
}

TEST_CASE("resample: an error comes after all that was there before it") {
    const Error error{ErrorKind::unreadable, "x.wav", "is truncated: half is there", ""};
    const auto made =
        resampled(planar(white_noise(10'000, Seed{3}), 1), 44100.0, 48000.0, 4096, error);
    REQUIRE(made.error);
    CHECK(made.error->what == error.what);
    CHECK(made.frames() == 10'884); // 10000 * 48000 / 44100
}

TEST_CASE("resample: what is no number becomes silence before the filter can spread it") {
    auto noise = white_noise(5000, Seed{4});
    auto clean = noise;
    noise[2500] = std::numeric_limits<float>::quiet_NaN();
    noise[2501] = std::numeric_limits<float>::infinity();
    clean[2500] = clean[2501] = 0.0f;
    const auto made = resampled(planar(noise, 1), 48000.0, 44100.0);
    CHECK((made.channels == resampled(planar(clean, 1), 48000.0, 44100.0).channels));
}

TEST_CASE("resample: a rate that nothing here works at is refused") {
    for (const double rate_hz : {0.0, -1.0, 7999.0, 768001.0}) {
        auto source = io::resample(std::make_unique<MemorySource>(AudioBuffer(1, 10), 48000.0),
                                   Hertz{rate_hz});
        CAPTURE(rate_hz);
        CHECK_FALSE(source);
    }
}
