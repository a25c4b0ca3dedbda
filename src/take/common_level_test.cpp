// SPDX-License-Identifier: MIT
// How often it finds and how often it errs is measured by bench/take_clipping.
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
#include "support/instruments.h"
#include "support/peaks_in_context.h"
#include "take/common_level.h"

#include <cmath>
#include <numbers>

using namespace gainstage;
using namespace gainstage::test;
using take::CommonLevelFound;
using take::CutRun;
using take::MissingBand;
using take::PeakInContext;
using take::SidesOfZero;

namespace {

constexpr double of_a_cd_hz = 44100.0;
constexpr MissingBand to_48_khz_and_back{0.4525}; // to 48 kHz and back

std::optional<CommonLevelFound> level_in(std::vector<float> x, MissingBand missing) {
    x.insert(x.begin(), PeakInContext::reach, 0.0f);
    x.insert(x.end(), PeakInContext::reach, 0.0f);
    const std::vector<PeakInContext> peaks = peaks_in_context(x, SidesOfZero::both);
    auto found =
        take::find_common_level(peaks, SidesOfZero::both, 0.0f, Hertz{of_a_cd_hz}, missing);
    if (found) {
        for (CutRun& run : found->runs) {
            run.peak = nullptr; // it points into `peaks`
            run.first_frame -= PeakInContext::reach;
        }
    }
    return found;
}

/// A burst of noise that dies away, as a snare's.
std::vector<float> burst(Seed seed) {
    std::vector<float> x = white_noise(8820, seed, 0.3);
    for (std::size_t n = 0; n < x.size(); ++n) {
        x[n] *= static_cast<float>(std::exp(-static_cast<double>(n) / 1500.0));
    }
    return x;
}

/// To 48 kHz and back again, with a little noise.
std::vector<float> there_and_back(const std::vector<float>& x, Seed seed) {
    return after(after(x, {-6.0, -90.0, 48000.0}, of_a_cd_hz, seed), {0.0, -140.0, of_a_cd_hz},
                 48000.0, seed);
}

} // namespace

TEST_CASE("common level: noise that clipped and was converted since: found, at its level and in "
          "its places") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        const std::vector<float> whole = burst(Seed{seed});
        const std::vector<float> cut = clip(whole, ClipCurve::hard, 6.0); // at 1.0
        const std::vector<float> then = there_and_back(cut, Seed{seed});
        const auto found = level_in(then, to_48_khz_and_back);
        REQUIRE(found);
        CHECK(static_cast<double>(found->level) == Approx(linear(-6.0)).margin(0.01));
        int right = 0;
        for (const CutRun& run : found->runs) {
            bool is_cut = false;
            for (std::uint64_t n = run.first_frame; n < run.first_frame + run.frames; ++n) {
                is_cut = is_cut || cut[n] > 0.999f || cut[n] < -0.999f;
            }
            right += is_cut ? 1 : 0;
        }
        CHECK(found->runs.size() >= 10);
        CHECK(right >= 0.9 * static_cast<double>(found->runs.size()));
        CHECK(!level_in(there_and_back(clip(whole, ClipCurve::hard, 0.0), Seed{seed}),
                        to_48_khz_and_back));
        CHECK(!level_in(there_and_back(limited(whole, 6.0, of_a_cd_hz), Seed{seed}),
                        to_48_khz_and_back));
        // Taken for what nothing is missing from, the level isn't one.
        CHECK(!level_in(then, {}));
    }
}

TEST_CASE("common level: music that clipped by a decibel, as it is") {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        const std::vector<float> whole = phrase(Instrument::guitar, Seed{seed}, 5.0);
        const auto recorded_after = [&](std::vector<float> x) {
            return after(std::move(x), {-6.0, -85.0, 0.0}, of_a_cd_hz, Seed{seed});
        };
        found += level_in(recorded_after(clip(whole, ClipCurve::hard, 1.5)), {}) ? 1 : 0;
        CHECK(!level_in(recorded_after(clip(whole, ClipCurve::hard, 0.0)), {}));
        CHECK(!level_in(recorded_after(limited(whole, 6.0, of_a_cd_hz)), {}));
    }
    CHECK(found >= 3);
}

TEST_CASE("common level: sounds that agree add up, the same one again doesn't") {
    const auto recorded_cut = [](Seed seed) {
        return after(clip(burst(seed), ClipCurve::hard, 0.3), {-6.0, -90.0, 0.0}, of_a_cd_hz, seed);
    };
    int alone = 0;
    int together = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        const std::vector<float> one = recorded_cut(Seed{seed});
        const std::vector<float> two = recorded_cut(Seed{seed + 10});
        const bool found_alone = level_in(one, {}).has_value();
        const bool found_together = level_in(joined({one, two}), {}).has_value();
        alone += found_alone ? 1 : 0;
        together += found_together ? 1 : 0;
        CHECK((!found_alone || found_together));
        CHECK(level_in(joined({one, one, one}), {}).has_value() == found_alone);
    }
    CHECK(together > alone);
}

TEST_CASE("common level: the same at any level") {
    const std::vector<float> x =
        there_and_back(clip(burst(Seed{5}), ClipCurve::hard, 6.0), Seed{5});
    const auto found = level_in(x, to_48_khz_and_back);
    REQUIRE(found);
    std::vector<float> softer = x;
    for (float& sample : softer) {
        sample *= 0.125f; // exact
    }
    const auto again = level_in(softer, to_48_khz_and_back);
    REQUIRE(again);
    CHECK(again->level == Approx(0.125f * found->level).epsilon(1e-6));
    REQUIRE(again->runs.size() == found->runs.size());
    for (std::size_t i = 0; i < found->runs.size(); ++i) {
        CHECK(again->runs[i].first_frame == found->runs[i].first_frame);
        CHECK(again->runs[i].frames == found->runs[i].frames);
    }
}

TEST_CASE("common level: none in tones, even where they begin at their crest", "[repeats]") {
    for (const double hz : {20.0, 100.0, 441.0, 1000.0, 7001.0}) {
        CAPTURE(hz);
        const std::vector<float> tone = sine(hz, 0.5, 22050, of_a_cd_hz, std::numbers::pi / 2.0);
        CHECK(!level_in(tone, {}));
        CHECK(!level_in(tone, to_48_khz_and_back));
        CHECK(!level_in(recorded(tone, 0.0, -80.0, Seed{1}), {}));
        CHECK(!level_in(recorded(tone, 0.0, -80.0, Seed{1}), to_48_khz_and_back));
    }
}

TEST_CASE("common level: nothing, silence, one sample, a click") {
    CHECK(!level_in({}, {}));
    CHECK(!level_in(std::vector<float>(4096), to_48_khz_and_back));
    CHECK(!level_in({0.5f}, to_48_khz_and_back));
    std::vector<float> click(4096);
    click[2000] = 0.9f;
    CHECK(!level_in(click, {}));
    CHECK(!level_in(click, to_48_khz_and_back));
}
