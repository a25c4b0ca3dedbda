// SPDX-License-Identifier: MIT
// True peak beside the reference meter, on the signals of EBU Tech 3341 cases 15 to 23 (which
// cases_test.cpp holds to the standard) and on programme.
#include <catch2/catch.hpp>

#include "conformance/signal.h"
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

/// The meter and the reference: two kernels, one curve.
void check(const std::vector<float>& x, double rate_hz) {
    const auto audio = test::planar(x, 2);
    CHECK(test::measured(audio, {.rate_hz = rate_hz})[true_peak].db() ==
          Approx(reference_dbtp(audio, rate_hz)).margin(0.005));
}

} // namespace

TEST_CASE("true peak: sines between the samples as the reference reads them") {
    const double periods_and_phases[][2] = {{4, 0.0}, {4, 45.0}, {6, 60.0}, {8, 67.5}};
    for (const double rate_hz : {44100.0, 48000.0}) {
        for (const auto& [period, phase_degrees] : periods_and_phases) {
            INFO("period " << period << " at " << rate_hz << " Hz");
            const auto x = conformance::faded_sine(Hertz{rate_hz}, period, 0.5, phase_degrees);
            check(x, rate_hz);
            // the fades make the envelope's top exact; the reference reads the amplitude itself
            CHECK(reference_dbtp(test::planar(x, 2), rate_hz) ==
                  Approx(20.0 * std::log10(0.5)).margin(0.01));
        }
    }
}

TEST_CASE("true peak: one period at full scale, at four offsets of the grid") {
    const double sample_peaks_db[] = {-0.13, -0.46, -2.51,
                                      -0.46}; // as in the EBU's own files: the recipe is right
    for (std::size_t offset = 0; offset < 4; ++offset) {
        INFO("offset " << offset);
        const auto x = conformance::decimated_period(Hertz{48000.0}, offset);
        CHECK(test::measured(test::planar(x, 2))[sample_peak].db() ==
              Approx(sample_peaks_db[offset]).margin(0.03));
        check(x, 48000.0);
    }
}

TEST_CASE("reference true peak: within 0.01 dB up to 20 kHz at 44.1 kHz, at every phase") {
    for (const double frequency_hz : {100.0, 997.0, 5000.0, 11025.0, 14700.0, 18000.0, 20000.0}) {
        for (const double phase : {0.0, 17.0, 45.0, 60.0, 77.0}) {
            const auto x =
                conformance::faded_sine(Hertz{44100.0}, 44100.0 / frequency_hz, 0.8, phase);
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
