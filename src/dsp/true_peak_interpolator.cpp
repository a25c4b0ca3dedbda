// SPDX-License-Identifier: MIT
#include "dsp/true_peak_interpolator.h"

#include "dsp/interpolation_filter.h"
#include "dsp/simd_targets.h"
#include "dsp/true_peak_kernel.h"

#include <algorithm>
#include <cmath>
#include <vector>

// One source for every SIMD target: foreach_target compiles what follows once for each.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/true_peak_interpolator.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// `vectors` vectors of outputs from padded[0 .. vectors * lanes + taps - 2], several at once so
/// that a tap is broadcast once for all of them.
template <int factor, std::size_t vectors, class D>
HWY_INLINE void
peaks_at(D d, const float* HWY_RESTRICT padded, const TruePeakTaps& taps, hn::Vec<D>* peaks) {
    constexpr std::size_t half = TruePeakTaps::half;
    const std::size_t lanes = hn::Lanes(d);
    hn::Vec<D> even[vectors];
    hn::Vec<D> odd[vectors];
    hn::Vec<D> middle[vectors];
    // Unrolled, so that the sums are registers: -O2 alone would keep them in memory.
#pragma GCC unroll 4
    for (std::size_t v = 0; v < vectors; ++v) {
        even[v] = odd[v] = middle[v] = hn::Zero(d);
    }
    for (std::size_t k = 0; k < half; ++k) {
        const auto even_tap = hn::Set(d, taps.even[k]);
        const auto odd_tap = hn::Set(d, taps.odd[k]);
        const auto middle_tap = hn::Set(d, taps.middle[k]);
#pragma GCC unroll 4
        for (std::size_t v = 0; v < vectors; ++v) {
            const auto before = hn::LoadU(d, padded + v * lanes + half - 1 - k);
            const auto after = hn::LoadU(d, padded + v * lanes + half + k);
            const auto sum = hn::Add(before, after);
            middle[v] = hn::MulAdd(middle_tap, sum, middle[v]);
            if constexpr (factor == 4) {
                even[v] = hn::MulAdd(even_tap, sum, even[v]);
                odd[v] = hn::MulAdd(odd_tap, hn::Sub(before, after), odd[v]);
            }
        }
    }
#pragma GCC unroll 4
    for (std::size_t v = 0; v < vectors; ++v) {
        const auto sample = hn::LoadU(d, padded + v * lanes + half - 1);
        peaks[v] = hn::Max(hn::Abs(sample), hn::Abs(middle[v]));
        if constexpr (factor == 4) {
            // max(|e + o|, |e - o|) = |e| + |o|
            peaks[v] = hn::Max(peaks[v], hn::Add(hn::Abs(even[v]), hn::Abs(odd[v])));
        }
    }
}

/// The largest |x| under the filter for `vectors` vectors of outputs.
template <std::size_t vectors, class D>
HWY_INLINE float largest_under(D d, const float* HWY_RESTRICT padded) {
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t samples = vectors * lanes + 2 * TruePeakTaps::half - 1;
    auto largest = hn::Abs(hn::LoadU(d, padded + samples - lanes));
    for (std::size_t n = 0; n + lanes <= samples; n += lanes) {
        largest = hn::Max(largest, hn::Abs(hn::LoadU(d, padded + n)));
    }
    return hn::GetLane(hn::MaxOfLanes(d, largest));
}

template <int factor>
float run_kernel(const float* HWY_RESTRICT padded,
                 std::size_t frames,
                 const TruePeakTaps& taps,
                 float floor,
                 float* HWY_RESTRICT peaks) {
    constexpr std::size_t vectors = 3; // 9 sums, 3 taps and what is loaded: what 16 registers hold
    const hn::ScalableTag<float> d;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t step = vectors * lanes;
    hn::Vec<decltype(d)> peak[vectors];
    float top = 0.0f;
    std::size_t n = 0;
    for (; n + step <= frames; n += step) {
        if (peaks == nullptr &&
            largest_under<vectors>(d, padded + n) * taps.gain_bound <= std::max(top, floor)) {
            continue; // can't hold what is looked for
        }
        peaks_at<factor, vectors>(d, padded + n, taps, peak);
        const auto largest = hn::Max(hn::Max(peak[0], peak[1]), peak[2]);
        top = std::max(top, hn::GetLane(hn::MaxOfLanes(d, largest)));
        if (peaks != nullptr) {
            for (std::size_t v = 0; v < vectors; ++v) {
                hn::StoreU(peak[v], d, peaks + n + v * lanes);
            }
        }
    }
    for (; n < frames; n += lanes) {
        // The same arithmetic on a padded copy, so that a cut of the stream can't change a bit.
        constexpr std::size_t most = hn::MaxLanes(d);
        const std::size_t count = std::min(lanes, frames - n);
        float window[most + 2 * TruePeakTaps::half] = {};
        float last[most];
        std::copy_n(padded + n, count + 2 * TruePeakTaps::half - 1, window);
        peaks_at<factor, 1>(d, window, taps, peak);
        hn::StoreU(peak[0], d, last);
        for (std::size_t i = 0; i < count; ++i) {
            top = std::max(top, last[i]);
            if (peaks != nullptr) {
                peaks[n + i] = last[i];
            }
        }
    }
    return top;
}

float true_peak_2x(
    const float* padded, std::size_t frames, const TruePeakTaps& taps, float floor, float* peaks) {
    return run_kernel<2>(padded, frames, taps, floor, peaks);
}

float true_peak_4x(
    const float* padded, std::size_t frames, const TruePeakTaps& taps, float floor, float* peaks) {
    return run_kernel<4>(padded, frames, taps, floor, peaks);
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(true_peak_2x);
HWY_EXPORT(true_peak_4x);

namespace {

TruePeakTaps design() {
    // 0.45 fs: the top of the range for which BS.1770-5 Annex 2, Attachment 1 states errors.
    const std::vector<double> quarter =
        least_squares_interpolator(TruePeakInterpolator::taps, 0.25, 0.45);
    const std::vector<double> middle =
        least_squares_interpolator(TruePeakInterpolator::taps, 0.5, 0.45);
    TruePeakTaps taps{};
    for (std::size_t k = 0; k < TruePeakTaps::half; ++k) {
        const double before = quarter[TruePeakTaps::half - 1 - k];
        const double after = quarter[TruePeakTaps::half + k];
        taps.even[k] = static_cast<float>(0.5 * (before + after));
        taps.odd[k] = static_cast<float>(0.5 * (before - after));
        taps.middle[k] = static_cast<float>(middle[TruePeakTaps::half + k]);
        taps.gain_bound += 2.0f * std::abs(taps.middle[k]);
    }
    taps.gain_bound *= 1.00001f; // float rounding: 24 terms of 2^-24 each, with room
    return taps;
}

} // namespace

const TruePeakTaps& true_peak_taps() {
    static const TruePeakTaps taps = design();
    return taps;
}

float true_peak_scalar(
    int factor, const float* padded, std::size_t frames, const TruePeakTaps& taps, float* peaks) {
    constexpr std::size_t half = TruePeakTaps::half;
    float top = 0.0f;
    for (std::size_t n = 0; n < frames; ++n) {
        const float* const x = padded + n;
        float even = 0.0f;
        float odd = 0.0f;
        float middle = 0.0f;
        for (std::size_t k = 0; k < half; ++k) {
            const float sum = x[half - 1 - k] + x[half + k];
            even += taps.even[k] * sum;
            odd += taps.odd[k] * (x[half - 1 - k] - x[half + k]);
            middle += taps.middle[k] * sum;
        }
        float peak = std::abs(x[half - 1]);
        if (factor >= 2) {
            peak = std::max(peak, std::abs(middle));
        }
        if (factor == 4) {
            peak = std::max(peak, std::abs(even) + std::abs(odd));
        }
        top = std::max(top, peak);
        if (peaks != nullptr) {
            peaks[n] = peak;
        }
    }
    return top;
}

float true_peak_simd(int factor,
                     const float* padded,
                     std::size_t frames,
                     const TruePeakTaps& taps,
                     float floor,
                     float* peaks) {
    switch (factor) {
    case 4:
        return HWY_DYNAMIC_DISPATCH(true_peak_4x)(padded, frames, taps, floor, peaks);
    case 2:
        return HWY_DYNAMIC_DISPATCH(true_peak_2x)(padded, frames, taps, floor, peaks);
    default:
        return true_peak_scalar(1, padded, frames, taps, peaks);
    }
}

int TruePeakInterpolator::factor_for(Hertz sample_rate) noexcept {
    return sample_rate < Hertz{96000.0} ? 4 : sample_rate < Hertz{192000.0} ? 2 : 1;
}

TruePeakInterpolator::TruePeakInterpolator(int factor)
    : factor_(factor), taps_(&true_peak_taps()) {}

void TruePeakInterpolator::reset() noexcept { history_.fill(0.0f); }

float TruePeakInterpolator::gain_bound() noexcept { return true_peak_taps().gain_bound; }

float TruePeakInterpolator::run(std::span<const float> in, float floor, float* peaks) noexcept {
    constexpr std::size_t past = taps - 1;
    // The first outputs see the history; it is put in front of them in a small buffer. The rest
    // reads `in` where it lies.
    float edge[2 * past];
    const std::size_t edge_frames = std::min(in.size(), past);
    std::copy(history_.begin(), history_.end(), edge);
    std::copy_n(in.begin(), edge_frames, edge + past);
    float top = true_peak_simd(factor_, edge, edge_frames, *taps_, floor, peaks);
    if (in.size() > past) {
        float* const rest = peaks == nullptr ? nullptr : peaks + past;
        top = std::max(top, true_peak_simd(factor_, in.data(), in.size() - past, *taps_,
                                           std::max(floor, top), rest));
        std::copy_n(in.end() - past, past, history_.begin());
    } else {
        std::copy_n(edge + edge_frames, past, history_.begin());
    }
    return top;
}

float TruePeakInterpolator::process(std::span<const float> in, std::span<float> peaks) noexcept {
    return run(in, 0.0f, peaks.data());
}

float TruePeakInterpolator::peak(std::span<const float> in, float floor) noexcept {
    return run(in, floor, nullptr);
}

float TruePeakInterpolator::remaining_peak() const noexcept {
    constexpr std::array<float, latency_frames> silence{};
    TruePeakInterpolator copy = *this;
    return copy.run(silence, 0.0f, nullptr);
}

} // namespace gainstage::dsp

#endif // HWY_ONCE
