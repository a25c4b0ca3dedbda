// SPDX-License-Identifier: MIT
#include "dsp/oversampled_clip.h"

#include "dsp/fir.h"
#include "dsp/interpolation_filter.h"

#include <algorithm>
#include <cmath>

namespace gainstage::dsp {
namespace {

constexpr std::size_t clip_taps = 64;
constexpr double clip_attenuation_db = 100.0; // then 64 taps pass 0.45 of the rate: 20 kHz at 44.1

using ClipTaps = std::array<float, clip_taps>;

struct ClipFilters {
    ClipFilters() {
        for (std::size_t p = 0; p < 4; ++p) {
            const double start = static_cast<double>(p) / 4.0;
            if (p > 0) {
                const auto design = kaiser_interpolator(clip_taps, start, clip_attenuation_db);
                double absolute = 0.0;
                for (std::size_t k = 0; k < clip_taps; ++k) {
                    up[p - 1][k] = static_cast<float>(design[k]);
                    absolute += std::abs(design[k]);
                }
                largest_gain = std::max(largest_gain, static_cast<float>(absolute));
            }
            // A quarter's mean belongs to its middle, and is a quarter of a frame long.
            const auto design = kaiser_interpolator(clip_taps, start + 0.125, clip_attenuation_db);
            for (std::size_t k = 0; k < clip_taps; ++k) {
                down[p][k] = static_cast<float>(0.25 * design[clip_taps - 1 - k]);
            }
        }
        largest_gain *= 1.0001f; // rounding
    }

    std::array<ClipTaps, 3> up;
    std::array<ClipTaps, 4> down;
    float largest_gain = 1.0f; ///< no value between samples exceeds this times the largest sample
};

const ClipFilters& clip_filters() {
    static const ClipFilters designed;
    return designed;
}

/// In lanes, which a compiler makes vectors of.
float largest_of(std::span<const float, OversampledClip::cell> samples) {
    std::array<float, 8> lanes{};
    for (std::size_t n = 0; n < samples.size(); n += lanes.size()) {
        for (std::size_t i = 0; i < lanes.size(); ++i) {
            const float x = std::abs(samples[n + i]);
            lanes[i] = lanes[i] < x ? x : lanes[i];
        }
    }
    return std::ranges::max(lanes);
}

} // namespace

// Frames, this cell's being 0 to 63: line_ holds -64 to 63, which is enough to look between the
// frames -32 to 31 (31 before, 32 after). With the excess of those and of the cell before, -96 to
// 31, the frames -64 to -1 can be finished: again 32 before, 31 after.
static_assert(OversampledClip::cell == clip_taps);

OversampledClip::OversampledClip(ClipCurve curve) : curve_(curve) { clip_filters(); }

void OversampledClip::process(std::span<float> samples) noexcept {
    for (std::size_t n = 0; n + cell <= samples.size(); n += cell) {
        process_cell(samples.subspan(n).first<cell>());
    }
}

void OversampledClip::process_cell(std::span<float, cell> samples) noexcept {
    std::copy_n(line_.begin() + cell, cell, line_.begin());
    std::ranges::copy(samples, line_.begin() + cell);
    peaks_ = {peaks_[1], largest_of(samples)};
    if (has_excess_[0] || has_excess_[1]) {
        for (auto& line : excess_) {
            std::copy_n(line.begin() + cell, cell, line.begin());
            std::fill_n(line.begin() + cell, cell, 0.0f);
        }
    }
    has_excess_ = {has_excess_[1], false};
    if (can_bend()) {
        find_excess();
    }
    std::copy_n(line_.begin(), cell, samples.begin());
    if (has_excess_[0] || has_excess_[1]) {
        for (std::size_t p = 0; p < phases; ++p) {
            add_fir(excess_[p].data(), clip_filters().down[p], samples.data(), cell);
        }
    }
}

bool OversampledClip::can_bend() const noexcept {
    return std::max(peaks_[0], peaks_[1]) * clip_filters().largest_gain > curve_.straight_to();
}

void OversampledClip::find_excess() noexcept {
    std::array<std::array<float, cell>, phases - 1> between{};
    for (std::size_t p = 0; p + 1 < phases; ++p) {
        add_fir(line_.data() + 1, clip_filters().up[p], between[p].data(), cell);
    }
    const float* const frames = line_.data() + cell / 2;
    const std::array<const float*, phases + 1> points{frames, between[0].data(), between[1].data(),
                                                      between[2].data(), frames + 1};
    float highest = 0.0f;
    for (std::size_t p = 0; p < phases; ++p) {
        highest = std::max(
            highest, mean_excess(points[p], points[p + 1], cell, curve_, excess_[p].data() + cell));
    }
    highest_ = std::max(highest_, highest);
    has_excess_[1] = highest > curve_.straight_to();
    if (!has_excess_[1]) {
        for (auto& line : excess_) {
            std::fill_n(line.begin() + cell, cell, 0.0f);
        }
    }
}

} // namespace gainstage::dsp
