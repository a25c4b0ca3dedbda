// SPDX-License-Identifier: MIT
#include "dsp/true_peak_interpolator.h"

#include "dsp/interpolation_filter.h"
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

/// One vector of outputs from padded[0 .. lanes + taps - 2].
template <int factor, class D>
HWY_INLINE hn::Vec<D> peaks_at(D d, const float* HWY_RESTRICT padded, const TruePeakTaps& taps) {
    constexpr std::size_t half = TruePeakTaps::half;
    auto even = hn::Zero(d);
    auto odd = hn::Zero(d);
    auto middle = hn::Zero(d);
    for (std::size_t k = 0; k < half; ++k) {
        const auto before = hn::LoadU(d, padded + half - 1 - k);
        const auto after = hn::LoadU(d, padded + half + k);
        const auto sum = hn::Add(before, after);
        middle = hn::MulAdd(hn::Set(d, taps.middle[k]), sum, middle);
        if constexpr (factor == 4) {
            even = hn::MulAdd(hn::Set(d, taps.even[k]), sum, even);
            odd = hn::MulAdd(hn::Set(d, taps.odd[k]), hn::Sub(before, after), odd);
        }
    }
    auto peak = hn::Max(hn::Abs(hn::LoadU(d, padded + half - 1)), hn::Abs(middle));
    if constexpr (factor == 4) {
        // max(|e + o|, |e - o|) = |e| + |o|
        peak = hn::Max(peak, hn::Add(hn::Abs(even), hn::Abs(odd)));
    }
    return peak;
}

template <int factor>
float run_kernel(const float* HWY_RESTRICT padded,
                 std::size_t frames,
                 const TruePeakTaps& taps,
                 float* HWY_RESTRICT peaks) {
    const hn::ScalableTag<float> d;
    const std::size_t lanes = hn::Lanes(d);
    auto largest = hn::Zero(d);
    std::size_t n = 0;
    for (; n + lanes <= frames; n += lanes) {
        const auto peak = peaks_at<factor>(d, padded + n, taps);
        largest = hn::Max(largest, peak);
        if (peaks != nullptr) {
            hn::StoreU(peak, d, peaks + n);
        }
    }
    float top = hn::GetLane(hn::MaxOfLanes(d, largest));
    if (n < frames) {
        // The same arithmetic on a padded copy, so that a cut of the stream can't change a bit.
        constexpr std::size_t most = hn::MaxLanes(d);
        float window[most + 2 * TruePeakTaps::half] = {};
        float last[most];
        std::copy_n(padded + n, frames - n + 2 * TruePeakTaps::half - 1, window);
        hn::StoreU(peaks_at<factor>(d, window, taps), d, last);
        for (std::size_t i = 0; n + i < frames; ++i) {
            top = std::max(top, last[i]);
            if (peaks != nullptr) {
                peaks[n + i] = last[i];
            }
        }
    }
    return top;
}

float true_peak_2x(const float* padded,
                   std::size_t frames,
                   const TruePeakTaps& taps,
                   float* peaks) {
    return run_kernel<2>(padded, frames, taps, peaks);
}

float true_peak_4x(const float* padded,
                   std::size_t frames,
                   const TruePeakTaps& taps,
                   float* peaks) {
    return run_kernel<4>(padded, frames, taps, peaks);
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

float true_peak_simd(
    int factor, const float* padded, std::size_t frames, const TruePeakTaps& taps, float* peaks) {
    switch (factor) {
    case 4:
        return HWY_DYNAMIC_DISPATCH(true_peak_4x)(padded, frames, taps, peaks);
    case 2:
        return HWY_DYNAMIC_DISPATCH(true_peak_2x)(padded, frames, taps, peaks);
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

float TruePeakInterpolator::run(std::span<const float> in, float* peaks) noexcept {
    constexpr std::size_t past = taps - 1;
    // The first outputs see the history; it is put in front of them in a small buffer. The rest
    // reads `in` where it lies.
    float edge[2 * past];
    const std::size_t edge_frames = std::min(in.size(), past);
    std::copy(history_.begin(), history_.end(), edge);
    std::copy_n(in.begin(), edge_frames, edge + past);
    float top = true_peak_simd(factor_, edge, edge_frames, *taps_, peaks);
    if (in.size() > past) {
        top = std::max(top, true_peak_simd(factor_, in.data(), in.size() - past, *taps_,
                                           peaks == nullptr ? nullptr : peaks + past));
        std::copy_n(in.end() - past, past, history_.begin());
    } else {
        std::copy_n(edge + edge_frames, past, history_.begin());
    }
    return top;
}

float TruePeakInterpolator::process(std::span<const float> in, std::span<float> peaks) noexcept {
    return run(in, peaks.data());
}

float TruePeakInterpolator::peak(std::span<const float> in) noexcept { return run(in, nullptr); }

float TruePeakInterpolator::remaining_peak() const noexcept {
    constexpr std::array<float, latency_frames> silence{};
    TruePeakInterpolator copy = *this;
    return copy.run(silence, nullptr);
}

} // namespace gainstage::dsp

#endif // HWY_ONCE
