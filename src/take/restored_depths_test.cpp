// SPDX-License-Identifier: MIT
// How much it errs on recordings is measured by bench/take_clipping.
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
#include "support/heard_by.h"
#include "support/instruments.h"
#include "take/flat_tops.h"
#include "take/restored_depths.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;
using namespace gainstage::test;
using take::FlatTop;
using take::FlatTops;
using take::PeakInContext;
using take::PeaksInContext;

namespace {

struct Heard {
    PeaksInContext above;
    PeaksInContext below;
};

Heard heard(const std::vector<float>& x) {
    Heard sides;
    for (const float sign : {1.0f, -1.0f}) {
        PeaksInContext& side = sign > 0.0f ? sides.above : sides.below;
        side.prepare();
        side.process(x, sign, x.size());
    }
    return sides;
}

/// Of all tops of `x` that are flat by their shape, how much more or less is said to be missing
/// than is, on average.
double
mean_error_db(const std::vector<float>& x, const std::vector<FlatTop>& found, double depth_db) {
    const float peak =
        std::abs(*std::ranges::max_element(x, {}, [](float y) { return std::abs(y); }));
    double sum = 0.0;
    int tops = 0;
    for (const FlatTop& top : found) {
        if (top.by_level_only) {
            continue;
        }
        float highest = 0.0f;
        for (std::uint64_t n = top.first_frame; n < top.first_frame + top.frames; ++n) {
            highest = std::max(highest, std::abs(x[n]));
        }
        const double missing_db = 20.0 * std::log10(static_cast<double>(highest / peak)) + depth_db;
        sum += std::abs(top.depth.db() - missing_db);
        ++tops;
    }
    REQUIRE(tops > 0);
    return sum / tops;
}

} // namespace

TEST_CASE("restored depths: nearer to what is missing than a sine through the flanks") {
    const double depth_db = GENERATE(1.0, 3.0, 6.0);
    CAPTURE(depth_db);
    double restored_db = 0.0;
    double sine_db = 0.0;
    int heard_of = 0;
    for (const Instrument instrument : instruments) {
        for (const std::uint64_t seed : {31, 32}) {
            const auto x = phrase(instrument, Seed{seed}, 6.0);
            const auto take =
                after(clip(x, ClipCurve::hard, depth_db), {-6.0, -90.0, 0.0}, 48000.0, Seed{1});
            const auto heard = heard_by<FlatTops>(take, 48000.0);
            const auto by_shape = heard.found(FlatTops::Look::by_shape).first;
            if (!by_shape.empty()) {
                ++heard_of;
                restored_db += mean_error_db(x, heard.found().first, depth_db);
                sine_db += mean_error_db(x, by_shape, depth_db);
            }
        }
    }
    REQUIRE(heard_of >= 7);
    CAPTURE(restored_db, sine_db);
    CHECK(restored_db < 0.9 * sine_db);
}

TEST_CASE("restored depths: two tones' tops are restored within 0.1 dB, whatever was told before") {
    const double depth_db = GENERATE(0.5, 1.0, 3.0);
    CAPTURE(depth_db);
    std::vector<float> x = sine(1310.0, 0.5, 24000, 48000.0, 1.0);
    const std::vector<float> other = sine(3137.0, 0.3, x.size(), 48000.0);
    for (std::size_t n = 0; n < x.size(); ++n) {
        const double from_middle = (static_cast<double>(n) - 12000.0) / 4000.0;
        x[n] = (x[n] + other[n]) * static_cast<float>(std::exp(-from_middle * from_middle));
    }
    const auto top_at = static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
    const float level = x[top_at] * static_cast<float>(linear(-depth_db));
    std::size_t first = top_at;
    std::size_t last = top_at;
    while (x[first - 1] > level) {
        --first;
    }
    while (x[last + 1] > level) {
        ++last;
    }
    for (float& y : x) {
        y = std::min(y, level);
    }
    std::vector<FlatTop> tops = {
        {0, first, last - first + 1, level, Gain::from_db(9.0), false, false}};
    const Heard sides = heard(x);
    take::restore_depths(tops, sides.above, sides.below);
    CHECK(tops[0].depth.db() == Approx(depth_db).margin(0.1));
}

TEST_CASE("restored depths: of what isn't among the peaks no more is missing than of the deepest, "
          "but of wider tops") {
    std::vector<float> x = sine(2000.1, 0.5, 24000, 48000.0, 1.0);
    const float level = 0.5f * static_cast<float>(linear(-2.0));
    for (std::size_t n = 0; n < x.size(); ++n) {
        const double from_middle = (static_cast<double>(n) - 12000.0) / 150.0;
        x[n] *= static_cast<float>(std::exp(-from_middle * from_middle));
        x[n] = std::clamp(x[n], -level, level);
    }
    const Heard sides = heard(x);
    REQUIRE(!sides.above.peaks().empty());
    const auto& known = *std::ranges::max_element(sides.above.peaks(), {}, &PeakInContext::level);
    std::uint64_t width = 1;
    while (known.around[PeakInContext::reach + width] == level) {
        ++width;
    }
    REQUIRE(width >= 3);
    const Gain told = Gain::from_db(11.0);
    constexpr std::uint64_t elsewhere = 1'000'000;
    std::vector<FlatTop> tops = {{0, known.frame, width, level, told, false, false},
                                 {0, elsewhere, width, level, told, false, false},
                                 {0, elsewhere, width + 1, level, told, false, false},
                                 {0, elsewhere, 1, level, Gain::from_db(0.2), false, false}};
    take::restore_depths(tops, sides.above, sides.below);
    CHECK(tops[0].depth.db() > 0.5);
    CHECK(tops[0].depth.db() < 2.1);
    CHECK(tops[1].depth == tops[0].depth);
    CHECK(tops[2].depth == told);
    CHECK(tops[3].depth == Gain::from_db(0.2));
}

TEST_CASE("restored depths: tops that fill their surroundings, and none at all, are left as they "
          "are") {
    const std::vector<float> x(2000, 0.5f);
    std::vector<float> peak = x;
    peak[1000] = 0.6f;
    const Heard sides = heard(peak);
    REQUIRE(sides.above.peaks().size() == 1);
    std::vector<FlatTop> tops = {{0, 800, 400, 0.5f, Gain::from_db(4.0), false, false}};
    take::restore_depths(tops, sides.above, sides.below);
    CHECK(tops[0].depth == Gain::from_db(4.0));
    take::restore_depths({}, sides.above, sides.below);
}
