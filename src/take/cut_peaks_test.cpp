// SPDX-License-Identifier: MIT
// How often it finds and how often it errs is measured by bench/take_clipping.
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
#include "support/instruments.h"
#include "support/peaks_in_context.h"
#include "take/cut_peaks.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;
using namespace gainstage::test;
using take::CutPeaksFound;
using take::CutRun;
using take::PeakInContext;
using take::SidesOfZero;

namespace {

std::optional<CutPeaksFound> cut_in(const std::vector<float>& x, SidesOfZero sides) {
    const std::vector<PeakInContext> peaks = peaks_in_context(x, sides);
    auto found = take::find_cut_peaks(peaks, sides);
    if (found) {
        for (CutRun& peak : found->runs) {
            peak.peak = nullptr; // it points into `peaks`
        }
    }
    return found;
}

/// A chord that swells and fades quickly: few of its peaks come near the highest.
std::vector<float> chord(Seed seed) {
    std::vector<float> x(48000);
    for (const double hz : {520.0, 777.2, 1329.6, 3107.0, 7489.0}) {
        const std::vector<float> tone = sine(hz, 0.15, x.size(), 48000.0);
        for (std::size_t n = 0; n < x.size(); ++n) {
            x[n] += tone[n];
        }
    }
    for (std::size_t n = 0; n < x.size(); ++n) {
        const double from_middle = (static_cast<double>(n) - 24000.0) / 2000.0;
        x[n] *= static_cast<float>(std::exp(-from_middle * from_middle));
    }
    return recorded(std::move(x), 0.0, -85.0, seed);
}

std::size_t highest(const std::vector<float>& x) {
    return static_cast<std::size_t>(std::ranges::max_element(x) - x.begin());
}

} // namespace

TEST_CASE("cut peaks: a few samples in a second, cut by 1 dB, are found in their place with their "
          "depth") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        std::vector<float> x = chord(Seed{seed});
        CHECK(!cut_in(x, SidesOfZero::both));
        CHECK(!cut_in(x, SidesOfZero::one));
        const std::size_t at = highest(x);
        const float level = x[at] * static_cast<float>(linear(-1.0));
        const auto cut = [&](float y) { return std::min(y, level); };
        const auto over = std::ranges::count_if(x, [&](float y) { return y > level; });
        REQUIRE(over < 12);
        std::ranges::transform(x, x.begin(), cut);
        const auto found = cut_in(x, SidesOfZero::one);
        REQUIRE(found);
        CHECK(found->level == level);
        const auto deepest = std::ranges::max_element(found->runs, {}, &CutRun::depth);
        CHECK(deepest->depth.db() == Approx(1.0).margin(0.1));
        CHECK(at >= deepest->first_frame);
        CHECK(at < deepest->first_frame + deepest->frames);
    }
}

TEST_CASE("cut peaks: gain changes nothing") {
    std::vector<float> x = clip(chord(Seed{7}), ClipCurve::hard, 1.0);
    const auto before = cut_in(x, SidesOfZero::both);
    REQUIRE(before);
    for (float& sample : x) {
        sample *= 0.125f; // to the bit
    }
    const auto after = cut_in(x, SidesOfZero::both);
    REQUIRE(after);
    REQUIRE(after->runs.size() == before->runs.size());
    CHECK(after->level == 0.125f * before->level);
    for (std::size_t k = 0; k < after->runs.size(); ++k) {
        CHECK(after->runs[k].first_frame == before->runs[k].first_frame);
        CHECK(after->runs[k].depth.db() == Approx(before->runs[k].depth.db()).margin(1e-6));
    }
}

TEST_CASE("cut peaks: none in what is whole, limited, noise or a steady wave") {
    for (const Instrument instrument : {Instrument::guitar, Instrument::snare, Instrument::voice}) {
        CAPTURE(name(instrument));
        const std::vector<float> x = phrase(instrument, Seed{3}, 3.0);
        CHECK(!cut_in(recorded(x, -6.0, -90.0, Seed{1}), SidesOfZero::both));
        CHECK(!cut_in(recorded(limited(x, 5.0, instrument_rate_hz), -3.0, -90.0, Seed{1}),
                      SidesOfZero::both));
    }
    CHECK(!cut_in(recorded(std::vector<float>(48000), 0.0, -12.0, Seed{5}), SidesOfZero::both));
    CHECK(!cut_in(sine(997.0, 0.5, 48000, 48000.0), SidesOfZero::both));
    CHECK(
        !cut_in(recorded(sine(97.0, 0.5, 48000, 48000.0), 0.0, -90.0, Seed{1}), SidesOfZero::both));
}

TEST_CASE("cut peaks: nothing, silence, one sample, a click") {
    CHECK(!cut_in({}, SidesOfZero::both));
    CHECK(!cut_in(std::vector<float>(2000), SidesOfZero::both));
    CHECK(!cut_in({0.5f}, SidesOfZero::both));
    std::vector<float> click(2000);
    click[1000] = 0.5f;
    CHECK(!cut_in(click, SidesOfZero::both));
    CHECK(!cut_in(std::vector<float>(2000, 0.25f), SidesOfZero::one));
}

TEST_CASE("cut peaks: nothing is known of a peak that a stream begins with") {
    for (const Instrument instrument :
         {Instrument::snare, Instrument::strings, Instrument::guitar}) {
        for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) {
            CAPTURE(name(instrument), seed);
            std::vector<float> x =
                recorded(phrase(instrument, Seed{seed}, 2.0), -6.0, -90.0, Seed{seed});
            const auto highest = std::ranges::max_element(x);
            std::vector<float> padded(PeakInContext::reach);
            padded.insert(padded.end(), highest - std::min<std::ptrdiff_t>(9, highest - x.begin()),
                          x.end());
            std::vector<PeakInContext> peaks = peaks_in_context(padded, SidesOfZero::both);
            for (PeakInContext& peak : peaks) {
                peak.frame -= PeakInContext::reach;
            }
            CHECK(!take::find_cut_peaks(peaks, SidesOfZero::both));
        }
    }
}
