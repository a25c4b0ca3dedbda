// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "process/true_peak_limiter.h"

#include "support/signals.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <numbers>

using namespace gainstage;
using process::TruePeakLimiter;

namespace {

audio::Spec limiter_spec(double rate_hz, int channels, int max_frames) {
    return {Hertz{rate_hz}, audio::ChannelLayout::default_for(channels), max_frames};
}

/// The limiter over the whole of `block`, in parts of `part` frames.
void run(TruePeakLimiter& limiter, audio::AudioBuffer& block, std::size_t part) {
    for (std::size_t first = 0; first < block.frames(); first += part) {
        limiter.process(block.view().slice(first, std::min(part, block.frames() - first)));
    }
}

bool same(std::span<const float> a, std::span<const float> b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

double db(double ratio) { return 20.0 * std::log10(ratio); }

/// The largest |value| of a 16 times oversampled signal: a Kaiser-windowed sinc of 128 taps, in
/// double. Slow and plain.
double true_peak_16x(std::span<const float> x) {
    constexpr int half = 64;
    constexpr double beta = 9.0;
    double peak = 0.0;
    for (int phase = 0; phase < 16; ++phase) {
        double weight[2 * half];
        double sum = 0.0;
        for (int k = 0; k < 2 * half; ++k) {
            const double t = phase / 16.0 - (k - half + 1);
            const double place = t / half;
            const double sinc =
                t == 0.0 ? 1.0 : std::sin(std::numbers::pi * t) / (std::numbers::pi * t);
            weight[k] =
                sinc * std::cyl_bessel_i(0.0, beta * std::sqrt(std::max(0.0, 1.0 - place * place)));
            sum += weight[k];
        }
        for (std::size_t n = 0; n + 2 * half <= x.size(); ++n) {
            double value = 0.0;
            for (std::size_t k = 0; k < 2 * half; ++k) {
                value += weight[k] * static_cast<double>(x[n + k]);
            }
            peak = std::max(peak, std::abs(value) / sum);
        }
    }
    return peak;
}

/// Energy outside the tone's own frequency, against it, in dB: harmonics and everything else. The
/// span is whole periods.
double distortion_db(std::span<const float> x, double frequency_hz, double rate_hz) {
    std::complex<double> tone{};
    double energy = 0.0;
    for (std::size_t n = 0; n < x.size(); ++n) {
        const auto sample = static_cast<double>(x[n]);
        tone +=
            sample *
            std::polar(1.0, -2.0 * std::numbers::pi *
                                std::fmod(frequency_hz * static_cast<double>(n) / rate_hz, 1.0));
        energy += sample * sample;
    }
    const double in_tone = 2.0 * std::norm(tone) / static_cast<double>(x.size());
    return 10.0 * std::log10(std::max(energy - in_tone, 1e-30) / in_tone);
}

} // namespace

TEST_CASE("limiter: below the ceiling it is a pure delay, to the bit") {
    const auto noise =
        test::programme(20000, test::Seed{1}, 0.6); // -4.4 dBFS: nothing near -1 dBTP
    auto block = test::planar(noise, 2);
    TruePeakLimiter limiter;
    limiter.prepare(limiter_spec(48000.0, 2, 512));
    run(limiter, block, 512);
    const auto delay = static_cast<std::size_t>(limiter.latency_frames());
    for (int c = 0; c < 2; ++c) {
        CHECK(same(block.channel(c).subspan(delay), std::span(noise).first(noise.size() - delay)));
        CHECK(
            std::ranges::all_of(block.channel(c).first(delay), [](float x) { return x == 0.0f; }));
    }
    const auto activity = limiter.take_activity();
    CHECK(activity.max_reduction.db() == 0.0);
    CHECK(activity.mean_reduction.db() == 0.0);
    CHECK(activity.frames == 20000);
}

TEST_CASE("limiter: it is a pure delay again, to the bit, some time after a peak") {
    std::vector<float> signal(48000 * 5, 0.25f);
    signal[1000] = 3.0f;
    auto block = test::planar(signal, 1);
    TruePeakLimiter limiter;
    limiter.prepare(limiter_spec(48000.0, 1, 4096));
    run(limiter, block, 4096);
    CHECK(block.channel(0)[1500] < 0.2f);
    CHECK(block.channel(0).back() == 0.25f);
}

TEST_CASE(
    "limiter: a single sample at +6 dBFS is brought to the ceiling, exactly, with no overshoot") {
    for (const double rate_hz : {8000.0, 44100.0, 48000.0, 192000.0, 768000.0}) {
        std::vector<float> signal(static_cast<std::size_t>(rate_hz * 0.05), 0.0f);
        signal[signal.size() / 2] = 2.0f;
        auto block = test::planar(signal, 1);
        TruePeakLimiter limiter;
        limiter.prepare(limiter_spec(rate_hz, 1, 100));
        run(limiter, block, 100);
        const auto peak = std::ranges::max_element(block.channel(0));
        CAPTURE(rate_hz);
        CHECK(db(static_cast<double>(*peak)) == Approx(-1.0).margin(1e-4));
        CHECK(peak - block.channel(0).begin() ==
              static_cast<std::ptrdiff_t>(signal.size() / 2) + limiter.latency_frames());
    }
}

TEST_CASE("limiter: programme driven 3 to 12 dB into it stays within 0.05 dB of the ceiling as 16 "
          "times oversampling reads it") {
    for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
        for (const double drive_db : {3.0, 6.0, 12.0}) {
            // Harmonics of a low note, a struck one and a voice-like one, up to 16 kHz: music has
            // little above.
            std::vector<float> signal(static_cast<std::size_t>(rate_hz / 2.0), 0.0f);
            for (const double frequency_hz :
                 {55.0, 391.995, 2217.461, 5274.041, 9956.063, 15804.266}) {
                const auto tone = test::sine(frequency_hz, 0.9 / std::sqrt(frequency_hz / 55.0),
                                             signal.size(), rate_hz, frequency_hz);
                for (std::size_t n = 0; n < signal.size(); ++n) {
                    const double since_hit_s = std::fmod(static_cast<double>(n) / rate_hz, 0.125);
                    signal[n] += tone[n] * static_cast<float>(std::exp(-10.0 * since_hit_s) *
                                                              std::min(1.0, since_hit_s / 0.001));
                }
            }
            auto block = test::planar(signal, 2);
            TruePeakLimiter limiter;
            limiter.set_drive(Gain::from_db(drive_db));
            limiter.prepare(limiter_spec(rate_hz, 2, 1024));
            run(limiter, block, 1024);
            CAPTURE(rate_hz, drive_db);
            const double peak_db = db(true_peak_16x(block.channel(0)));
            CHECK(peak_db < -1.0 + 0.05);
            CHECK(peak_db > -1.0 - 0.05); // and not by turning down more than needed
        }
    }
}

TEST_CASE("limiter: a steady tone 6 dB over the ceiling keeps its shape, down to 20 Hz") {
    struct Row {
        double frequency_hz;
        double most_db; // of everything that isn't the tone, against it
    };

    // -80 dB is 0.01 %: what an analogue limiter would be proud of; the lowest note has its periods
    // as long as the hold.
    for (const Row row : {Row{20.0, -80.0}, Row{50.0, -80.0}, Row{100.0, -80.0}, Row{1000.0, -80.0},
                          Row{10000.0, -80.0}}) {
        constexpr double rate_hz = 48000.0;
        auto block =
            test::planar(test::sine(row.frequency_hz, test::linear(5.0), 48000 * 4, rate_hz), 1);
        TruePeakLimiter limiter;
        limiter.prepare(limiter_spec(rate_hz, 1, 4096));
        run(limiter, block, 4096);
        const auto settled = block.channel(0).last(48000);
        CAPTURE(row.frequency_hz);
        CHECK(distortion_db(settled, row.frequency_hz, rate_hz) < row.most_db);
        CHECK(db(static_cast<double>(*std::ranges::max_element(settled))) ==
              Approx(-1.0).margin(0.06));
    }
}

TEST_CASE("limiter: a low note that has just begun distorts by little more than 1 %") {
    // The first half second: the slow part of the release is still being charged.
    auto block = test::planar(test::sine(50.0, test::linear(5.0), 24000, 48000.0), 1);
    TruePeakLimiter limiter;
    limiter.prepare(limiter_spec(48000.0, 1, 4096));
    run(limiter, block, 4096);
    CHECK(distortion_db(block.channel(0).subspan(4800, 19200), 50.0, 48000.0) < -38.0);
}

TEST_CASE("limiter: a click's reduction is over within its release, a long one is let go slowly") {
    // A quiet tone carries the gain out to where it can be read.
    const auto reduction_db = [](std::size_t loud_frames, std::size_t frames_after) {
        std::vector<float> signal(48000 * 4, 0.01f);
        for (std::size_t n = 0; n < loud_frames; ++n) {
            signal[48000 + n] = 2.0f;
        }
        auto block = test::planar(signal, 1);
        TruePeakLimiter limiter;
        limiter.prepare(limiter_spec(48000.0, 1, 4096));
        run(limiter, block, 4096);
        const std::size_t after =
            48000 + loud_frames + static_cast<std::size_t>(limiter.latency_frames()) + frames_after;
        return -db(static_cast<double>(block.channel(0)[after]) / 0.01);
    };
    constexpr std::size_t release_frames = 2880;      // 60 ms
    CHECK(reduction_db(1, 3 * release_frames) < 0.9); // of 7 dB
    CHECK(reduction_db(48000, 3 * release_frames) > 3.0);
    CHECK(reduction_db(48000, 48000 * 2 - 10000) < 0.5);
}

TEST_CASE("limiter: all channels get one gain, so that the image stays") {
    const auto loud = test::programme(20000, test::Seed{4}, 3.0);
    auto quiet = loud;
    for (float& sample : quiet) {
        sample *= 0.125f; // a power of two: the ratio is kept to the bit
    }
    auto block = test::planar({loud, quiet});
    TruePeakLimiter limiter;
    limiter.prepare(limiter_spec(48000.0, 2, 512));
    run(limiter, block, 512);
    for (std::size_t n = 0; n < block.frames(); ++n) {
        REQUIRE(block.channel(0)[n] * 0.125f == block.channel(1)[n]);
    }
    CHECK(limiter.take_activity().max_reduction.db() > 6.0);
}

TEST_CASE(
    "limiter: input that isn't a number is taken as silence and counted, the output stays finite") {
    std::vector<float> signal(4000, 0.5f);
    signal[100] = std::numeric_limits<float>::quiet_NaN();
    signal[200] = std::numeric_limits<float>::infinity();
    signal[300] = -1e30f;
    auto block = test::planar(signal, 1);
    TruePeakLimiter limiter;
    limiter.prepare(limiter_spec(48000.0, 1, 512));
    run(limiter, block, 512);
    CHECK(limiter.non_finite_samples() == 3);
    CHECK(std::ranges::all_of(block.channel(0), [](float x) { return std::abs(x) <= 1.0f; }));
    CHECK(block.channel(0).back() == 0.5f);
}

TEST_CASE("limiter: silence stays silence, without a trace of activity") {
    audio::AudioBuffer block(2, 1000);
    TruePeakLimiter limiter;
    limiter.set_drive(Gain::from_db(60.0));
    limiter.prepare(limiter_spec(48000.0, 2, 1000));
    limiter.process(block.view());
    CHECK(std::ranges::all_of(block.channel(0), [](float x) { return x == 0.0f; }));
    CHECK(limiter.take_activity().limited_frames == 0);
}

TEST_CASE("limiter: activity is taken and cleared") {
    auto block = test::planar(test::sine(1000.0, 2.0, 48000, 48000.0), 1);
    TruePeakLimiter limiter;
    limiter.prepare(limiter_spec(48000.0, 1, 4096));
    run(limiter, block, 4096);
    const auto activity = limiter.take_activity();
    CHECK(activity.max_reduction.db() == Approx(7.02).margin(0.05)); // +6.02 dBFS to -1 dBTP
    CHECK(activity.mean_reduction.db() == Approx(7.0).margin(0.1));
    CHECK(activity.limited_frames > 47000);
    const auto cleared = limiter.take_activity();
    CHECK(cleared.frames == 0);
    CHECK(cleared.max_reduction.db() == 0.0);
}

TEST_CASE(
    "limiter: the stream cut anywhere gives the same output to the bit, and reset() equals new") {
    rc::prop("cut anywhere", [] {
        const auto channels = *rc::gen::element(1, 2, 6, 64);
        const auto rate_hz = *rc::gen::element(8000.0, 44100.0, 96000.0, 768000.0);
        const auto max_frames = *rc::gen::element(1, 7, 64, 600, 5000);
        const auto lookahead_s = *rc::gen::element(0.0005, 0.003, 0.010);
        constexpr std::size_t frames = 3000;
        auto noise = test::programme(frames, test::Seed{*rc::gen::arbitrary<std::uint64_t>()}, 4.0);
        std::fill(noise.begin() + 1000, noise.begin() + 2000,
                  0.0f); // the limiter may come to rest in between
        TruePeakLimiter whole;
        whole.set_lookahead(Seconds{lookahead_s});
        whole.set_release(Seconds{0.005});
        whole.prepare(limiter_spec(rate_hz, channels, static_cast<int>(frames)));
        auto expected = test::planar(noise, channels);
        whole.process(expected.view());

        TruePeakLimiter other;
        other.set_lookahead(Seconds{lookahead_s});
        other.set_release(Seconds{0.005});
        other.prepare(limiter_spec(rate_hz, channels, max_frames));
        auto parts = test::planar(noise, channels);
        std::size_t first = 0;
        while (first < frames) {
            const auto most = std::min(frames - first, static_cast<std::size_t>(max_frames));
            const auto part = *rc::gen::inRange<std::size_t>(0, most + 1);
            other.process(parts.view().slice(first, part));
            first += part > 0 ? part : 0;
            if (part == 0) {
                other.process(parts.view().slice(first, 1));
                first += 1;
            }
        }
        RC_ASSERT(whole.latency_frames() == other.latency_frames());
        for (int c = 0; c < channels; ++c) {
            RC_ASSERT(same(expected.channel(c), parts.channel(c)));
        }
        whole.reset();
        auto again = test::planar(noise, channels);
        whole.process(again.view());
        RC_ASSERT(same(again.channel(0), expected.channel(0)));
    });
}

TEST_CASE("limiter: g dB less in and g dB more drive give the same output") {
    const auto noise = test::programme(20000, test::Seed{9}, 2.0);
    auto halved = noise;
    for (float& sample : halved) {
        sample *= 0.5f;
    }
    auto a = test::planar(noise, 1);
    auto b = test::planar(halved, 1);
    TruePeakLimiter limiter;
    limiter.prepare(limiter_spec(48000.0, 1, 512));
    run(limiter, a, 512);
    limiter.set_drive(Gain::from_amplitude_ratio(2.0));
    limiter.reset();
    run(limiter, b, 512);
    CHECK(same(a.channel(0), b.channel(0)));
}
