// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "ballistics/moving_correlation.h"
#include "ballistics/moving_rms.h"
#include "support/signals.h"

#include <cmath>

using namespace gainstage;
using namespace gainstage::ballistics;

namespace {

constexpr double rms_rates_hz[] = {44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0};

double after(const MovingRmsDesign& design, double seconds, double rate_hz) {
    MovingRms meter(design);
    meter.prepare(Hertz{rate_hz});
    meter.process(
        test::sine(997.0, 1.0, static_cast<std::size_t>(std::lround(seconds * rate_hz)), rate_hz));
    return meter.take();
}

} // namespace

TEST_CASE("moving rms: time constants follow from 99 % of the amplitude") {
    CHECK(rms_300_ms.time_constant_s() == Approx(0.0766).margin(5e-5));
    CHECK(MovingRmsDesign{Seconds{0.6}, 1}.time_constant_s() == Approx(0.1532).margin(5e-5));
    CHECK(k_system.time_constant_s() == Approx(0.1027).margin(5e-5));
}

TEST_CASE("moving rms: a tone reads 99 % of its level in 300 and 600 ms, then all, at every rate") {
    for (const double rate_hz : rms_rates_hz) {
        CAPTURE(rate_hz);
        CHECK(after(rms_300_ms, 0.3, rate_hz) == Approx(0.99).margin(0.002));
        CHECK(after(k_system, 0.6, rate_hz) == Approx(0.99).margin(0.002));
        CHECK(20.0 * std::log10(after(rms_300_ms, 5.0, rate_hz)) == Approx(0.0).margin(0.03));
        CHECK(20.0 * std::log10(after(k_system, 5.0, rate_hz)) == Approx(0.0).margin(0.01));
    }
}

TEST_CASE("moving correlation: same +1, inverted -1, a quarter period 0, silence nothing") {
    for (const double rate_hz : rms_rates_hz) {
        const auto frames = static_cast<std::size_t>(3.0 * rate_hz);
        const auto left = test::sine(997.0, 0.5, frames, rate_hz);
        const auto quarter = test::sine(997.0, 0.1, frames, rate_hz, 1.5707963267948966);
        const auto inverted = test::sine(997.0, -0.25, frames, rate_hz);
        const auto value = [&](const std::vector<float>& right) {
            MovingCorrelation meter;
            meter.prepare(Hertz{rate_hz});
            meter.process(left, right);
            return meter.value();
        };
        CAPTURE(rate_hz);
        CHECK(value(left).value() == Approx(1.0).margin(1e-9));
        CHECK(value(inverted).value() == Approx(-1.0).margin(1e-9));
        CHECK(value(quarter).value() == Approx(0.0).margin(0.02)); // the tone's ripple
        CHECK_FALSE(value(std::vector<float>(frames)).has_value());
    }
}

TEST_CASE("moving correlation: 99 % of the way in a second") {
    MovingCorrelation meter;
    meter.prepare(Hertz{48000.0});
    const auto noise = test::white_noise(240000, test::Seed{1}, 0.5);
    meter.process(noise, noise);
    auto inverted = noise;
    for (float& sample : inverted) {
        sample = -sample;
    }
    meter.process(std::span(noise).first(48000), std::span(inverted).first(48000));
    CHECK(meter.value().value() == Approx(-0.98).margin(0.01)); // from +1 to -1: 99 % of 2
}
