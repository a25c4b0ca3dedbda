// SPDX-License-Identifier: MIT
#include "dsp/dense_peak.h"

#include "dsp/dense_peak_kernel.h"
#include "dsp/interpolation_filter.h"
#include "dsp/simd_targets.h"
#include "dsp/true_peak_kernel.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/dense_peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// All phases of one interval: phases side by side in the lanes, one broadcast sample a tap.
void dense_phases(const float* HWY_RESTRICT window,
                  const DensePeakTable& table,
                  float* HWY_RESTRICT out) {
    const hn::CappedTag<float, DensePeak::factor> d;
    for (std::size_t phase = 0; phase < DensePeak::factor; phase += hn::Lanes(d)) {
        auto even = hn::Zero(d); // two chains hide the latency of the multiply-add
        auto odd = hn::Zero(d);
        for (std::size_t tap = 0; tap < DensePeak::taps; tap += 2) {
            even = hn::MulAdd(hn::Set(d, window[tap]), hn::LoadU(d, table.taps[tap] + phase), even);
            odd = hn::MulAdd(hn::Set(d, window[tap + 1]), hn::LoadU(d, table.taps[tap + 1] + phase),
                             odd);
        }
        hn::StoreU(hn::Add(even, odd), d, out + phase);
    }
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(dense_phases);

namespace {

constexpr std::size_t before =
    DensePeak::taps / 2 - 1; // window[before] is the sample that the interval starts with

DensePeakTable design() {
    DensePeakTable table{};
    table.taps[before][0] = 1.0f; // phase 0 is the sample
    for (std::size_t phase = 1; phase < DensePeak::factor; ++phase) {
        // 90 dB: pass band flat to 0.0006 dB up to 0.488 fs with 256 taps
        const auto taps = kaiser_interpolator(
            static_cast<int>(DensePeak::taps),
            static_cast<double>(phase) / static_cast<double>(DensePeak::factor), 90.0);
        for (std::size_t tap = 0; tap < DensePeak::taps; ++tap) {
            table.taps[tap][phase] = static_cast<float>(taps[tap]);
        }
    }
    return table;
}

/// The top of the parabola through three points, the middle one a local maximum of the magnitude.
float parabola_top(float left, float middle, float right) noexcept {
    const float curvature = left - 2.0f * middle + right;
    const float slope = right - left;
    return curvature < 0.0f ? middle - slope * slope / (8.0f * curvature) : middle;
}

} // namespace

const DensePeakTable& dense_peak_table() {
    static const DensePeakTable table = design();
    return table;
}

void dense_phases_scalar(const float* window, const DensePeakTable& table, float* out) {
    for (std::size_t phase = 0; phase < DensePeak::factor; ++phase) {
        float sum = 0.0f;
        for (std::size_t tap = 0; tap < DensePeak::taps; ++tap) {
            sum += window[tap] * table.taps[tap][phase];
        }
        out[phase] = sum;
    }
}

void dense_phases_simd(const float* window, const DensePeakTable& table, float* out) {
    HWY_DYNAMIC_DISPATCH(dense_phases)(window, table, out);
}

DensePeak::DensePeak() : table_(&dense_peak_table()) {}

void DensePeak::reset() noexcept {
    peak_ = 0.0f;
    history_.fill(0.0f);
}

void DensePeak::process(std::span<const float> in) noexcept {
    while (!in.empty()) {
        const std::size_t frames = std::min(in.size(), chunk_frames);
        std::copy(history_.begin(), history_.end(), padded_.begin());
        std::copy_n(in.begin(), frames, padded_.begin() + taps);
        look_at(frames);
        std::copy_n(padded_.begin() + static_cast<std::ptrdiff_t>(frames), taps, history_.begin());
        in = in.subspan(frames);
    }
}

void DensePeak::look_at(std::size_t frames) noexcept {
    // padded_[i + 1 .. i + taps] is the window whose newest sample is in[i]; the gate's shorter one
    // has the same centre.
    constexpr std::size_t gate_offset = 1 + before - (TruePeakTaps::half - 1);
    constexpr float gate_margin = 1.41f; // 3 dB
    constexpr std::size_t part_frames = 64;
    std::array<float, part_frames> gate;
    for (std::size_t first = 0; first < frames; first += part_frames) {
        const std::size_t part = std::min(part_frames, frames - first);
        const float* padded = padded_.data() + gate_offset + first;
        // Without points to fill in, quiet stretches cost the kernel next to nothing.
        const float floor = peak_ / gate_margin;
        if (true_peak_simd(4, padded, part, true_peak_taps(), floor, nullptr) < floor) {
            continue;
        }
        const float largest = true_peak_simd(4, padded, part, true_peak_taps(), 0.0f, gate.data());
        // The gate's reading may be 0.1 dB high by its ripple, so a little less than it is
        // certainly reached.
        const float certain = 0.98f * largest;
        bool follows = false;
        for (std::size_t i = 0; i < part; ++i) {
            const bool looks = gate[i] > 0.0f && gate[i] * gate_margin >= std::max(peak_, certain);
            if (looks) {
                look_densely(padded_.data() + first + i + 1, follows);
            }
            follows = looks;
        }
    }
}

void DensePeak::look_densely(const float* window, bool follows) noexcept {
    float
        points[factor + 2]; // the last of the interval before, this interval's, and the next sample
    if (!follows) {
        dense_phases_simd(window - 1, *table_, points + 1);
        last_point_ = points[factor];
    }
    points[0] = last_point_;
    dense_phases_simd(window, *table_, points + 1);
    last_point_ = points[factor];
    points[factor + 1] = window[before + 1];
    for (std::size_t i = 1; i <= factor; ++i) {
        const float sign = points[i] < 0.0f ? -1.0f : 1.0f;
        const float left = sign * points[i - 1];
        const float middle = sign * points[i];
        const float right = sign * points[i + 1];
        if (middle >= left && middle >= right) {
            peak_ = std::max(peak_, parabola_top(left, middle, right));
        }
    }
}

float DensePeak::peak() const noexcept {
    constexpr std::array<float, taps> silence{};
    DensePeak copy = *this;
    copy.process(silence);
    return copy.peak_;
}

} // namespace gainstage::dsp

#endif // HWY_ONCE
