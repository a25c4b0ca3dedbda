// SPDX-License-Identifier: MIT
// true_peak_kernel: the inner loops of TruePeakDetector, as SIMD and as the scalar siblings that
// specify them. Internal to dsp and its tests; use TruePeakDetector.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gainstage::dsp {

/// Samples, and the intervals that begin with them, are judged in cells of this many.
inline constexpr std::size_t true_peak_cell = 32;

/// Grid points of a look: this many to a sample.
inline constexpr std::size_t true_peak_factor = 16;

/// The half-way point between x[0] and x[1]: sum_k half_way[k] (x[-k] + x[1 + k]).
struct TruePeakGate {
    static constexpr std::size_t half = 10;
    std::array<float, half> half_way;
};

/// The 16 points around the middle of a window of samples, as one row of weights a sample.
struct TruePeakLook {
    std::size_t rows = 0;
    std::vector<float> weights; ///< rows x true_peak_factor
};

/// Everything that a kernel of some length needs.
struct TruePeakTables {
    std::size_t taps = 0; ///< a multiple of 2 true_peak_cell
    TruePeakGate gate;
    /// Centre: a sample. Points -8/16 .. +7/16 from x[0]; rows from x[-taps/2] to x[taps/2].
    TruePeakLook around_sample;
    /// Centre: half-way. Points 0 .. 15/16 from x[0]; rows from x[1 - taps/2] to x[taps/2].
    TruePeakLook around_middle;
    /// What lies between two samples is at most the larger of them plus this times the largest
    /// second difference |x[n-1] - 2 x[n] + x[n+1]| under the kernel, plus `slack` times the
    /// largest sample.
    float bend_share = 0.0f;
    float slack = 0.0f;

    /// The square of how much higher the curve may be than the first tier's estimate: 0.36 dB by
    /// the half-way filter's ripple up to 0.4535 fs; the rest, up to 0.83 and 2 dB, is for signals
    /// that are no tones, and for what the long kernel sees above that.
    float estimate_margin = 0.0f;

    /// How far the kernel sees to either side, in cells.
    [[nodiscard]] std::size_t reach() const noexcept { return taps / 2 / true_peak_cell; }
};

/// taps: 64 or 256. Designed once, then shared.
[[nodiscard]] const TruePeakTables& true_peak_tables(std::size_t taps);

/// Cells of samples, with room for the kernel's reach on both sides; one entry a cell.
struct TruePeakBounds {
    explicit TruePeakBounds(std::size_t most_cells);

    std::vector<float> peaks; ///< the largest |x| of the cell's samples and the first one after it
    std::vector<float> bends; ///< the largest |second difference| around the cell's samples
    std::vector<float> tops;  ///< what no point of the cell's intervals is above
};

/// Fills peaks and bends for the cells 0 .. cells - 1, and tops for those from `reach` =
/// taps / 2 / true_peak_cell on. Reads from x[-1] to x[cells * true_peak_cell]. Returns the largest
/// top.
float bound_cells_scalar(const float* x,
                         std::size_t cells,
                         const TruePeakTables& tables,
                         TruePeakBounds& bounds);
float bound_cells_simd(const float* x,
                       std::size_t cells,
                       const TruePeakTables& tables,
                       TruePeakBounds& bounds);

/// at_sample[i], at_middle[i]: the square of how high the curve seems to get around sample i of a
/// cell and around the point half-way to the next, where these stand out among their neighbours;
/// otherwise 0. It is the top of the sine through the point and its two neighbours.
struct TruePeakEstimates {
    std::array<float, true_peak_cell> at_sample;
    std::array<float, true_peak_cell> at_middle;
    std::uint32_t samples_above = 0; ///< bit i: at_sample[i] is above what was needed
    std::uint32_t middles_above = 0;
};

/// needed: a square. Where no point of the twice oversampled cell is within 2.4 dB of it (which is
/// what a sine at 0.4535 fs can hide between them), nothing is filled in but the two masks, empty.
/// Reads from x[-half] to x[true_peak_cell + half].
void estimate_scalar(const float* x,
                     const TruePeakGate& gate,
                     float needed,
                     TruePeakEstimates& out);
void estimate_simd(const float* x, const TruePeakGate& gate, float needed, TruePeakEstimates& out);

/// The square of 2.4 dB.
inline constexpr float most_between_points = 1.75f;

/// The largest magnitude of a look's points and of the parabolas over the inner ones. window: the
/// look's first row.
///   error   SIMD against scalar: float rounding of the sums, below 1e-5 of the largest sample
float look_scalar(const float* window, const TruePeakLook& look);
float look_simd(const float* window, const TruePeakLook& look);

} // namespace gainstage::dsp
