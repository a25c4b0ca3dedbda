// SPDX-License-Identifier: MIT
// dense_peak_kernel: the inner loop of DensePeak, as SIMD and as its scalar sibling. Internal to
// dsp and its tests.
#pragma once

#include "dsp/dense_peak.h"

namespace gainstage::dsp {

struct DensePeakTable {
    float taps[DensePeak::taps][DensePeak::factor];
};

[[nodiscard]] const DensePeakTable& dense_peak_table();

/// window: DensePeak::taps samples; out: the DensePeak::factor points from window[taps / 2 - 1] up
/// to the next sample.
///   error   SIMD against scalar: float rounding of 256 terms, below 1e-5 of the largest sample
void dense_phases_scalar(const float* window, const DensePeakTable& table, float* out);
void dense_phases_simd(const float* window, const DensePeakTable& table, float* out);

} // namespace gainstage::dsp
