// SPDX-License-Identifier: MIT
// EBU Tech 3341 v4 Table 1, cases 15 to 23: true peak within +0.2/-0.4 dB, synthesised. The
// reference meter must be far inside.
#include <catch2/catch.hpp>

#include "meter/reference_true_peak.h"
#include "meter/sample_peak.h"
#include "meter/true_peak.h"
#include "support/measured.h"

#include <cmath>
#include <numbers>

using namespace gainstage;
using namespace gainstage::meter;

namespace {

constexpr double pi = std::numbers::pi;

void fade(std::vector<float>& x, std::size_t frames) {
    for (std::size_t n = 0; n < frames; ++n) {
        const auto gain = static_cast<float>(
            0.5 - 0.5 * std::cos(pi * static_cast<double>(n) / static_cast<double>(frames)));
        x[n] *= gain;
        x[x.size() - 1 - n] *= gain;
    }
}

/// amplitude * sin(2 pi n / period + phase), 10 ms fades
std::vector<float> tone(double rate_hz, double period, double amplitude, double phase_degrees) {
    auto x = test::sine(1.0 / period, amplitude, static_cast<std::size_t>(rate_hz), 1.0,
                        phase_degrees * pi / 180.0);
    fade(x, static_cast<std::size_t>(0.01 * rate_hz));
    return x;
}

/// Cases 20 to 23: made at four times the rate, low-passed at half the rate, every fourth sample
/// kept.
std::vector<float> burst(std::size_t offset) {
    std::vector<double> high;
    const auto sine = [&](double amplitude, double period, std::size_t count) {
        for (std::size_t n = 0; n < count; ++n) {
            high.push_back(amplitude * std::sin(2.0 * pi * static_cast<double>(n) / period));
        }
    };
    sine(0.5, 24.0, 24 * 400);
    sine(1.0, 16.0, 16);
    sine(0.5, 24.0, 24 * 400);
    for (std::size_t n = 0; n < 1920; ++n) { // 10 ms at 192 kHz
        const double gain = 0.5 - 0.5 * std::cos(pi * static_cast<double>(n) / 1920.0);
        high[n] *= gain;
        high[high.size() - 1 - n] *= gain;
    }
    // Linear-phase low-pass at fs/2: 257-tap Hann-windowed sinc.
    std::vector<double> taps(257);
    double sum = 0.0;
    for (int i = 0; i < 257; ++i) {
        const double t = (i - 128) / 4.0;
        const double sinc = i == 128 ? 1.0 : std::sin(pi * t) / (pi * t);
        taps[static_cast<std::size_t>(i)] = sinc * (0.5 + 0.5 * std::cos(pi * (i - 128) / 129.0));
        sum += taps[static_cast<std::size_t>(i)];
    }
    std::vector<float> out;
    for (std::size_t n = offset; n < high.size(); n += 4) {
        double y = 0.0;
        for (std::size_t i = 0; i < taps.size(); ++i) {
            const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(n + i) - 128;
            if (at >= 0 && at < static_cast<std::ptrdiff_t>(high.size())) {
                y += taps[i] / sum * high[static_cast<std::size_t>(at)];
            }
        }
        out.push_back(static_cast<float>(y));
    }
    return out;
}

/// What a recording has: nothing near half the sample rate. 255-tap Hann-windowed sinc, 0.43 fs.
std::vector<float> low_passed(const std::vector<float>& x) {
    constexpr int half = 127;
    std::vector<double> taps;
    for (int i = -half; i <= half; ++i) {
        const double sinc = i == 0 ? 0.86 : std::sin(pi * 0.86 * i) / (pi * i);
        taps.push_back(sinc * (0.5 + 0.5 * std::cos(pi * i / (half + 1))));
    }
    std::vector<float> out(x.size() - taps.size());
    for (std::size_t n = 0; n < out.size(); ++n) {
        double y = 0.0;
        for (std::size_t i = 0; i < taps.size(); ++i) {
            y += taps[i] * static_cast<double>(x[n + i]);
        }
        out[n] = static_cast<float>(y);
    }
    return out;
}

double reference_dbtp(const audio::AudioBuffer& audio, double rate_hz) {
    ReferenceTruePeak reference;
    reference.prepare({.sample_rate = Hertz{rate_hz},
                       .layout = audio::ChannelLayout::default_for(audio.channels())});
    reference.process(audio.view());
    return reference.value().db();
}

void check(const std::vector<float>& x, double rate_hz, double expected_dbtp) {
    const auto audio = test::planar(x, 2);
    const double read = test::measured(audio, {.rate_hz = rate_hz})[true_peak].db();
    CHECK(read <= expected_dbtp + 0.2); // Tech 3341: +0.2/-0.4 dB, ripple included
    CHECK(read >= expected_dbtp - 0.4);
    const double reference = reference_dbtp(audio, rate_hz);
    CHECK(read == Approx(reference).margin(0.005)); // two kernels, one curve
}

} // namespace

TEST_CASE("EBU Tech 3341 cases 15 to 19: sines between the samples") {
    struct Case {
        int number;
        double period;
        double amplitude;
        double phase_degrees;
        double expected_dbtp;
    };

    const Case cases[] = {{15, 4, 0.50, 0.0, -6.0},
                          {16, 4, 0.50, 45.0, -6.0},
                          {17, 6, 0.50, 60.0, -6.0},
                          {18, 8, 0.50, 67.5, -6.0},
                          {19, 4, 1.41, 45.0, 3.0}};
    for (const double rate_hz : {44100.0, 48000.0}) {
        for (const Case& one : cases) {
            INFO("case " << one.number << " at " << rate_hz << " Hz");
            const auto x = tone(rate_hz, one.period, one.amplitude, one.phase_degrees);
            check(x, rate_hz, one.expected_dbtp);
            // the fades make the envelope's top exact; the reference reads the amplitude itself
            CHECK(reference_dbtp(test::planar(x, 2), rate_hz) ==
                  Approx(20.0 * std::log10(one.amplitude)).margin(0.01));
        }
    }
}

TEST_CASE("EBU Tech 3341 cases 20 to 23: one period at full scale, at four offsets of the grid") {
    const double sample_peaks_db[] = {-0.13, -0.46, -2.51,
                                      -0.46}; // as in the EBU's own files: the recipe is right
    for (std::size_t offset = 0; offset < 4; ++offset) {
        INFO("case " << 20 + offset);
        const auto x = burst(offset);
        CHECK(test::measured(test::planar(x, 2))[sample_peak].db() ==
              Approx(sample_peaks_db[offset]).margin(0.03));
        check(x, 48000.0, 0.0);
    }
}

TEST_CASE("reference true peak: within 0.01 dB up to 20 kHz at 44.1 kHz, at every phase") {
    for (const double frequency_hz : {100.0, 997.0, 5000.0, 11025.0, 14700.0, 18000.0, 20000.0}) {
        for (const double phase : {0.0, 17.0, 45.0, 60.0, 77.0}) {
            auto x = tone(44100.0, 44100.0 / frequency_hz, 0.8, phase);
            INFO(frequency_hz << " Hz, " << phase << " degrees");
            CHECK(reference_dbtp(test::planar(x, 1), 44100.0) ==
                  Approx(20.0 * std::log10(0.8)).margin(0.01));
        }
    }
}

TEST_CASE("true peak: on programme up to 20 kHz within 0.03 dB of the reference, clipped or not") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        auto x = test::programme(48000, test::Seed{seed}, 0.9);
        if (seed > 3) {
            for (float& sample : x) {
                sample = std::clamp(3.0f * sample, -0.9f, 0.9f);
            }
        }
        const auto audio = test::planar(low_passed(x), 2);
        CHECK(test::measured(audio)[true_peak].db() ==
              Approx(reference_dbtp(audio, 48000.0)).margin(0.03));
    }
}

TEST_CASE("true peak: a full-scale 997 Hz square wave reads about +2.0 dBTP") {
    auto x = test::sine(997.0, 1.0, 48000, 48000.0);
    for (float& sample : x) {
        sample = sample >= 0.0f ? 1.0f : -1.0f;
    }
    CHECK(test::measured(test::planar(x, 1))[true_peak].db() == Approx(2.0).margin(0.3));
}
