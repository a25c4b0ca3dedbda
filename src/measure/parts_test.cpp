// SPDX-License-Identifier: MIT
#include "measure/parts.h"

#include "measure/measure.h"
#include "support/run_tool.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using namespace gainstage;
using namespace gainstage::test;
using audio::AudioBuffer;

namespace {

struct Outcome {
    meter::Measurement whole;
    meter::Measurement parts;
};

Outcome both_ways(const std::filesystem::path& path, int threads) {
    const auto whole = measure::measure_file(path);
    REQUIRE(whole);
    const auto parts = measure::measure_in_parts(path, whole->info, threads, {}, {});
    REQUIRE(parts);
    REQUIRE(*parts);
    return {whole->measurement, **parts};
}

/// Every reading; those of loudness to 1e-8, all others to the bit.
void require_same(const Outcome& outcome) {
    const auto& [whole, parts] = outcome;
    REQUIRE(parts.frames == whole.frames);
    REQUIRE(parts.non_finite_samples == whole.non_finite_samples);
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        for (int channel = -1; channel < whole.layout.channels(); ++channel) {
            INFO(reading->key << ", channel " << channel);
            const auto a = whole.value(reading->key, channel);
            const auto b = parts.value(reading->key, channel);
            REQUIRE(a.has_value() == b.has_value());
            if (a && std::isfinite(*a)) {
                REQUIRE(*b == Approx(*a).margin(1e-8).epsilon(0.0));
            } else if (a) {
                REQUIRE(*b == *a);
            }
        }
    }
    REQUIRE(parts.clipped_runs.size() == whole.clipped_runs.size());
    for (std::size_t i = 0; i < whole.clipped_runs.size(); ++i) {
        REQUIRE(parts.clipped_runs[i].first_frame == whole.clipped_runs[i].first_frame);
        REQUIRE(parts.clipped_runs[i].frames == whole.clipped_runs[i].frames);
    }
    REQUIRE(parts.history.true_peak_dbtp == whole.history.true_peak_dbtp);
}

} // namespace

TEST_CASE("parts: a file in parts reads as it does from its start") {
    const TemporaryFolder folder;
    const auto [threads, rate_hz, channels] = GENERATE(table<int, double, int>(
        {{3, 44100.0, 1}, {2, 44100.0, 6}, {3, 48000.0, 2}, {2, 96000.0, 1}}));
    const auto frames = static_cast<std::size_t>(31.237 * rate_hz);
    const auto sound = programme(frames + 6 * 10'007, Seed{1}, 0.9);
    std::vector<std::vector<float>> signals;
    for (int c = 0; c < channels; ++c) { // each at another place of it
        const auto begin = sound.begin() + 10'007 * c;
        std::vector<float> x(begin, begin + static_cast<std::ptrdiff_t>(frames));
        for (std::size_t n = 0; n < frames; n += 100'003) { // clipped runs, also across borders
            std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(n),
                        std::min<std::size_t>(30'000, frames - n), 1.0f);
        }
        x[frames / 2] = std::numeric_limits<float>::quiet_NaN();
        x[frames / 2 + 1] = 1e30f;
        signals.push_back(std::move(x));
    }
    write_stem(folder.path() / "a.wav", planar(signals), rate_hz);
    require_same(both_ways(folder.path() / "a.wav", threads));
}

TEST_CASE("parts: FLAC too") {
    const TemporaryFolder folder;
    write_stem(folder.path() / "a.wav", planar(programme(40 * 48'000 + 77, Seed{3}, 0.5), 2));
    encode(folder.path() / "a.wav", "-c:a flac", folder.path() / "a.flac");
    require_same(both_ways(folder.path() / "a.flac", 2));
}

TEST_CASE("parts: what is short, cut or can't be entered in the middle is left to the usual way") {
    const TemporaryFolder folder;
    const auto declines = [&](const std::filesystem::path& path, std::uint64_t frames) {
        auto source = audio::io::open(path);
        REQUIRE(source);
        audio::io::StreamInfo info = (*source)->info();
        info.frames = frames;
        return !measure::measure_in_parts(path, info, 2, {}, {}).has_value();
    };
    write_stem(folder.path() / "short.wav", AudioBuffer(1, 48'000));
    CHECK(declines(folder.path() / "short.wav", 48'000));
    write_stem(folder.path() / "long.wav", AudioBuffer(1, 40 * 48'000));
    CHECK(declines(folder.path() / "long.wav", 41 * 48'000)); // promises more than is there
    encode(folder.path() / "long.wav", "-c:a aac", folder.path() / "a.m4a");
    CHECK(declines(folder.path() / "a.m4a", 40 * 48'000));
}
