// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "measure/measure.h"
#include "measure/needles.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <cmath>
#include <limits>

using namespace gainstage;
using ballistics::Kind;

namespace {

measure::MeasuredFile measured_with(std::vector<Kind> kinds, const std::filesystem::path& file) {
    auto measured = measure::measure_file(file, {}, {}, {.needles = {.kinds = std::move(kinds)}});
    REQUIRE(measured.ok());
    return std::move(*measured);
}

} // namespace

TEST_CASE("needles: as many rows as the history has, and its loudness is the history's") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "stem.wav";
    for (const std::size_t frames : {1u, 440u, 4410u, 44100u, 44101u, 200000u}) {
        CAPTURE(frames);
        test::write_stem(file, test::planar(test::programme(frames, test::Seed{1}), 2), 44100.0);
        const auto measured = measured_with({Kind::momentary, Kind::vu, Kind::true_peak}, file);
        const auto* series = &measured.needles;
        const auto& history = measured.measurement.history;
        REQUIRE(series->rows() == history.momentary_lufs.size());
        REQUIRE(series->columns.size() == 5); // momentary; VU and true peak of two channels
        for (std::size_t i = 0; i < series->rows(); ++i) {
            if (std::isfinite(history.momentary_lufs[i])) {
                CHECK(series->at(i, 0) == Approx(history.momentary_lufs[i]).margin(1e-4));
            }
            // a bar that falls is never below what was there
            CHECK(std::max(series->at(i, 3), series->at(i, 4)) > history.true_peak_dbtp[i] - 0.01f);
        }
    }
}

TEST_CASE("needles: a burst is in its row, its fall in the next ones") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "burst.wav";
    const auto burst =
        test::joined({std::vector<float>(48000), test::sine(5000.0, 0.5, 480, 48000.0),
                      std::vector<float>(48000)});
    test::write_stem(file, test::planar(burst, 1));
    const auto measured = measured_with({Kind::ppm_ebu}, file);
    const auto* series = &measured.needles;
    REQUIRE(series->rows() == 21);
    CHECK(std::isinf(series->at(9, 0)));
    // -6.02 dBFS is +11.98 on the EBU scale; 10 ms read 1.92 dB less
    CHECK(series->at(10, 0) == Approx(11.98 - 1.92).margin(0.1));
    // The next row's highest is at its start, 90 ms after the burst: 24 dB in 2.8 s
    CHECK(series->at(11, 0) == Approx(11.98 - 1.92 - 0.09 * 24.0 / 2.8).margin(0.1));
    CHECK(series->highest(0, 0, 100) == series->at(10, 0));
    CHECK(std::isnan(series->highest(0, 21, 5)));
}

TEST_CASE("needles: a file that is cut over threads reads to the bit as from its start") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "long.wav";
    auto left = test::programme(31 * 16000 + 77, test::Seed{4}, 0.9);
    left[20 * 16000] = std::numeric_limits<float>::quiet_NaN();
    test::write_stem(file, test::planar({left, test::programme(left.size(), test::Seed{5}, 0.5)}),
                     16000.0);
    const measure::ReadOptions reading{
        .needles = {.kinds = {Kind::momentary, Kind::vu, Kind::ppm_ebu, Kind::true_peak,
                              Kind::ppm_mid, Kind::correlation}}};
    std::vector<measure::MeasuredFile> both; // on one thread, on three
    for (const int threads : {1, 3}) {
        measure::measure_each(
            {file}, threads, {}, {},
            [&](std::size_t, auto result) {
                REQUIRE(result.ok());
                both.push_back(std::move(*result));
            },
            reading);
    }
    const auto& whole = both.at(0).needles;
    const auto& parts = both.at(1).needles;
    REQUIRE(whole.rows() == 311);
    REQUIRE(parts.values.size() == whole.values.size());
    for (std::size_t i = 0; i < whole.values.size(); ++i) {
        CAPTURE(i);
        const bool same = parts.values[i] == whole.values[i] ||
                          (std::isnan(parts.values[i]) && std::isnan(whole.values[i]));
        REQUIRE(same);
    }
    CHECK(both.at(1).measurement.frames == both.at(0).measurement.frames);
}
