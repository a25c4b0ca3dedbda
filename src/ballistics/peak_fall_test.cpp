// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "ballistics/peak_fall.h"

#include <cmath>
#include <vector>

using namespace gainstage;
using namespace gainstage::ballistics;

namespace {

constexpr double fall_rates_hz[] = {44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0};

/// In dB, `seconds` after a single full-scale sample.
double left_db(const PeakFallDesign& design, double seconds, double rate_hz) {
    PeakFall bar(design);
    bar.prepare(Hertz{rate_hz});
    bar.process(std::vector<float>{-1.0f});
    REQUIRE(bar.take() == 1.0); // one sample is enough, of either sign
    bar.process(std::vector<float>(static_cast<std::size_t>(std::lround(seconds * rate_hz))));
    (void)bar.take();
    return 20.0 * std::log10(bar.take());
}

} // namespace

TEST_CASE("digital peak: one sample rises at once, 20 dB fall in 1.7 s at constant speed") {
    for (const double rate_hz : fall_rates_hz) {
        CAPTURE(rate_hz);
        CHECK(left_db(iec_60268_18, 1.7, rate_hz) == Approx(-20.0).margin(0.001));
        CHECK(left_db(iec_60268_18, 0.85, rate_hz) == Approx(-10.0).margin(0.001));
    }
}

TEST_CASE("k-system peak: falls 26 dB in 3 s") {
    for (const double rate_hz : fall_rates_hz) {
        CHECK(left_db(k_system_peak, 3.0, rate_hz) == Approx(-26.0).margin(0.001));
    }
}

TEST_CASE("peak with hold: stands for a second, then falls") {
    for (const double rate_hz : fall_rates_hz) {
        CAPTURE(rate_hz);
        CHECK(left_db(peak_with_hold, 0.99, rate_hz) == Approx(0.0).margin(1e-9));
        CHECK(left_db(peak_with_hold, 2.7, rate_hz) == Approx(-20.0).margin(0.001));
    }
}

TEST_CASE("peak fall: whole stretches at once fall as far as sample by sample") {
    PeakFall samples(peak_with_hold);
    PeakFall stretches(peak_with_hold);
    samples.prepare(Hertz{48000.0});
    stretches.prepare(Hertz{48000.0});
    samples.process(std::vector<float>{0.5f});
    stretches.process(0.5, 1);
    for (int i = 0; i < 300; ++i) {
        samples.process(std::vector<float>(480));
        stretches.process(0.0, 480);
        REQUIRE(samples.take() == Approx(stretches.take()).epsilon(1e-9));
    }
}
