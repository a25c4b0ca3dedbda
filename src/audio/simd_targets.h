// SPDX-License-Identifier: MIT
// simd_targets: which of Highway's targets the kernels are built for. Included before
// <hwy/highway.h>.
#pragma once

// Vectors whose length the compiler doesn't know can't be members or array elements, which the
// kernels use.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
