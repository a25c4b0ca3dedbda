// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/crest_factor.h"
#include "meter/rms.h"
#include "support/measured.h"

using namespace gainstage;
using namespace gainstage::meter;

TEST_CASE("RMS and crest factor of the textbook waves, in both conventions") {
    struct Wave {
        const char* name;
        std::vector<float> samples;
        double rms_dbfs;
        double crest_db;
    };

    const auto frames = std::size_t{48000};
    std::vector<float> square(frames);
    std::vector<float> triangle(frames);
    for (std::size_t n = 0; n < frames; ++n) {
        square[n] = n % 100 < 50 ? 1.0f : -1.0f;
        const double phase = static_cast<double>(n % 400) / 400.0;
        triangle[n] = static_cast<float>(phase < 0.5 ? 4.0 * phase - 1.0 : 3.0 - 4.0 * phase);
    }
    auto two = test::sine(480.0, 0.5, frames, 48000.0, 1.5707963267948966);
    const auto second = test::sine(960.0, 0.5, frames, 48000.0, 1.5707963267948966);
    for (std::size_t n = 0; n < frames; ++n) {
        two[n] += second[n];
    }
    const Wave waves[] = {{"sine", test::sine(480.0, 1.0, frames, 48000.0, 0.5), -3.0103, 3.0103},
                          {"square", square, 0.0, 0.0},
                          {"triangle", triangle, -4.7712, 4.7712},
                          {"two equal sines in step", two, -6.0206, 6.0206}};
    for (const Wave& wave : waves) {
        INFO(wave.name);
        const Measurement m = test::measured(test::planar(wave.samples, 2));
        CHECK(m[rms].db() == Approx(wave.rms_dbfs).margin(0.001));
        CHECK(m[rms_aes17].db() == Approx(wave.rms_dbfs + 3.0103).margin(0.001));
        CHECK(m[crest_factor].db() == Approx(wave.crest_db).margin(0.01));
        CHECK(m.value(crest_factor.key, 1).value() == Approx(wave.crest_db).margin(0.01));
    }
}

TEST_CASE("RMS of two channels is the mean of their powers") {
    const auto m = test::measured(
        test::planar({std::vector<float>(4800, 0.5f), std::vector<float>(4800, 0.0f)}));
    CHECK(m[rms].db() == Approx(10.0 * std::log10(0.125)).margin(1e-9));
    CHECK(m.value(rms.key, 0).value() == Approx(10.0 * std::log10(0.25)).margin(1e-9));
    CHECK(m.value(rms.key, 1).value() == -std::numeric_limits<double>::infinity());
}

TEST_CASE("a meter alone is a set of one, its front end computes only what it needs") {
    Set<Rms> alone;
    alone.prepare({});
    alone.process(test::planar(std::vector<float>(1000, 0.5f), 2).view());
    CHECK(alone.get<Rms>().value().db() ==
          Approx(-6.0206).margin(1e-4)); // 40 of the 1000 frames are in an unfinished cell
    alone.reset();
    CHECK(alone.get<Rms>().value().is_silent());
}
