// SPDX-License-Identifier: MIT
// Samples that no converter makes: 1e30, and so little that arithmetic slows down.
#include "measure/measure.h"

#include "meter/loudness.h"
#include "meter/rms.h"
#include "meter/sample_peak.h"
#include "meter/true_peak.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <catch2/catch.hpp>

#include <cmath>

using namespace gainstage;
using namespace gainstage::test;

namespace {

meter::Measurement measured(const std::vector<float>& samples) {
    const TemporaryFolder folder;
    write_stem(folder.path() / "a.wav", planar(samples, 2));
    auto result = measure::measure_file(folder.path() / "a.wav");
    REQUIRE(result);
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        const auto value = result->measurement.value(reading->key);
        CAPTURE(reading->key);
        CHECK_FALSE((value && std::isnan(*value)));
        CHECK_FALSE((value && *value == std::numeric_limits<double>::infinity()));
    }
    return std::move(result->measurement);
}

} // namespace

TEST_CASE("extreme samples: a tone of 1e30 reads 600 dB, no overflow anywhere") {
    const auto m = measured(sine(997.0, 1e30, 96000, 48000.0));
    CHECK(m[meter::sample_peak].db() == Approx(600.0).margin(0.01));
    CHECK(m[meter::true_peak].db() == Approx(600.0).margin(0.2));
    CHECK(m[meter::rms].db() == Approx(597.0).margin(0.02));
    CHECK(m.non_finite_samples == 0);
}

TEST_CASE("extreme samples: one of 1e30 in music doesn't outlive its windows") {
    auto samples = programme(5 * 48000, Seed{7}, 0.3);
    const auto without = measured(samples);
    samples[24000] = 1e30f;
    const auto with = measured(samples);
    CHECK(with[meter::sample_peak].db() == Approx(600.0).margin(0.01));
    CHECK(std::isfinite(with[meter::integrated].db()));
    CHECK(std::isfinite(without[meter::integrated].db()));
}

TEST_CASE("extreme samples: denormal numbers are measured for what they are") {
    constexpr float denormal = 1e-40f;
    static_assert(denormal > 0.0f && denormal < std::numeric_limits<float>::min());
    const auto m = measured(std::vector<float>(96000, denormal));
    // -800 dB, or silence where the processor takes denormals for zero.
    const double peak_db = m[meter::sample_peak].db();
    CHECK((peak_db == -std::numeric_limits<double>::infinity() || std::abs(peak_db + 800.0) < 1.0));
    CHECK(m[meter::integrated].is_silent()); // below the absolute gate
}
