// SPDX-License-Identifier: MIT
#include "audio/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/inter_sample_peaks.cpp"
#include <hwy/foreach_target.h> // compiles this file once for every instruction set, then the rest below once

#include "dsp/parabola-inl.h"
#include <hwy/highway.h>

#include "dsp/inter_sample_peaks.h"

#ifndef GAINSTAGE_INTER_SAMPLE_PEAKS_TABLE
#define GAINSTAGE_INTER_SAMPLE_PEAKS_TABLE

#include "dsp/interpolation_filter.h"
#include "dsp/parabola.h"

#include <algorithm>
#include <cmath>

namespace gainstage::dsp {

inline constexpr int taps = 32;

/// Cycles a sample: a little over 20 kHz at 44.1 kHz. Wider, the ripple below grows (0.48: 0.06
/// dB); what lies above reads low (full-band white noise by 0.4 dB on average).
inline constexpr double band_edge = 0.46;

/// Phase p estimates the signal at p quarters of the way from x[0] to x[1], from x[-15] to x[16].
struct Phases {
    Phases() noexcept {
        for (int p = 1; p < 4; ++p) {
            const auto design = least_squares_interpolator(taps, p / 4.0, band_edge);
            double absolute = 0.0;
            for (int k = 0; k < taps; ++k) {
                weight[p - 1][k] = static_cast<float>(design[static_cast<std::size_t>(k)]);
                absolute += std::abs(design[static_cast<std::size_t>(k)]);
            }
            largest_gain = std::max(largest_gain, static_cast<float>(absolute));
        }
        largest_gain *= 1.25f * 1.0001f; // the parabola's most (parabola_top), and rounding
    }

    float weight[3][taps]{};
    /// No value between samples exceeds this times the largest sample it is made of.
    float largest_gain = 0.0f;
};

inline const Phases& phases() noexcept {
    static const Phases instance;
    return instance;
}

/// Below this share of the threshold a value can't exceed it by its parabola.
inline constexpr float parabola_share = 0.8f; // 1 / 1.25

} // namespace gainstage::dsp
#endif

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 32>; // a cell is 32 frames
using Vector = hn::Vec<Tag>;

/// One phase for a vector of frames.
HWY_INLINE Vector phase_at(const float* HWY_RESTRICT x, const float* HWY_RESTRICT weight) {
    const Tag d;
    auto even = hn::Zero(d);
    auto odd = hn::Zero(d);
    for (int k = 0; k < taps; k += 2) {
        even = hn::MulAdd(hn::Set(d, weight[k]), hn::LoadU(d, x + k - 15), even);
        odd = hn::MulAdd(hn::Set(d, weight[k + 1]), hn::LoadU(d, x + k - 14), odd);
    }
    return hn::Add(even, odd);
}

HWY_INLINE float cell_peak(const float* HWY_RESTRICT x) {
    const Tag d;
    auto peak = hn::Zero(d);
    for (std::size_t n = 0; n < inter_sample_cell; n += hn::Lanes(d)) {
        peak = hn::Max(peak, hn::Abs(hn::LoadU(d, x + n)));
    }
    return hn::GetLane(hn::MaxOfLanes(d, peak));
}

HWY_INLINE void vector_of_frames(const float* HWY_RESTRICT x,
                                 const Phases& table,
                                 Vector needs_parabola,
                                 float* HWY_RESTRICT peaks) {
    const Tag d;
    const auto p0 = hn::LoadU(d, x);
    const auto p1 = phase_at(x, table.weight[0]);
    const auto p2 = phase_at(x, table.weight[1]);
    const auto p3 = phase_at(x, table.weight[2]);
    auto peak = hn::Max(hn::Max(hn::Abs(p0), hn::Abs(p1)), hn::Max(hn::Abs(p2), hn::Abs(p3)));
    if (!hn::AllFalse(d, hn::Gt(peak, needs_parabola))) {
        const auto before = phase_at(x - 1, table.weight[2]);
        const auto after = hn::LoadU(d, x + 1);
        peak = hn::Max(peak, hn::Max(parabola_top(d, before, p0, p1), parabola_top(d, p0, p1, p2)));
        peak = hn::Max(peak, hn::Max(parabola_top(d, p1, p2, p3), parabola_top(d, p2, p3, after)));
    }
    hn::StoreU(hn::Max(peak, hn::LoadU(d, peaks)), d, peaks);
}

void peaks_of(const float* HWY_RESTRICT x,
              std::size_t frames,
              float threshold,
              float* HWY_RESTRICT peaks) {
    const Tag d;
    const Phases& table = phases();
    const auto needs_parabola = hn::Set(d, threshold * parabola_share);
    const float quiet = threshold / table.largest_gain;
    float left = cell_peak(x - inter_sample_before);
    for (std::size_t n = 0; n < frames; n += inter_sample_cell) {
        const float right = cell_peak(x + n + inter_sample_before);
        if (left > quiet || right > quiet) {
            for (std::size_t k = 0; k < inter_sample_cell; k += hn::Lanes(d)) {
                vector_of_frames(x + n + k, table, needs_parabola, peaks + n + k);
            }
        }
        left = right;
    }
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(peaks_of);

namespace {
// Designed when the program is loaded: the first call may come on the audio thread, and designing
// allocates.
[[maybe_unused]] const Phases& designed = phases();
} // namespace

void inter_sample_peaks(const float* x,
                        std::size_t frames,
                        float threshold,
                        float* peaks) noexcept {
    if (frames > 0) {
        HWY_DYNAMIC_DISPATCH(peaks_of)(x, frames, threshold, peaks);
    }
}

namespace {

float scalar_phase(const float* x, int p) {
    if (p % 4 == 0) {
        return x[p / 4];
    }
    const int frame = p < 0 ? -1 : 0;
    float sum = 0.0f;
    for (int k = 0; k < taps; ++k) {
        sum += phases().weight[p - 4 * frame - 1][k] * x[frame + k - 15];
    }
    return sum;
}

} // namespace

void inter_sample_peaks_scalar(const float* x,
                               std::size_t frames,
                               float threshold,
                               float* peaks) noexcept {
    static_cast<void>(threshold); // nothing is left out here
    for (std::size_t n = 0; n < frames; ++n) {
        for (int p = 0; p < 4; ++p) {
            const float b = scalar_phase(x + n, p);
            const float top =
                parabola_top(scalar_phase(x + n, p - 1), b, scalar_phase(x + n, p + 1));
            peaks[n] = std::max({peaks[n], std::abs(b), top});
        }
    }
}

} // namespace gainstage::dsp
#endif
