// SPDX-License-Identifier: MIT
// interpolation_filter: designs the short FIR that reads a band-limited signal between two samples.
// Design only: the kernels that run it are in true_peak_detector and inter_sample_peaks.
#pragma once

#include <vector>

namespace gainstage::dsp {

/// Taps h such that sum_i h[i] x[m - taps/2 + 1 + i] is the signal's value at m + fraction, for 0 <
/// fraction < 1. Least squares: the filter that minimises the integral of |H(f) - exp(j 2 pi f
/// fraction)|^2 over 0..band_edge, under the condition that DC passes with gain 1 (Lagrange).
///   in      taps: even; band_edge: in cycles a sample, below 0.5
///   source  normal equations R h = r with R_ij = sinc(2 B (i - j)), r_i = sinc(2 B (i -
///   fraction)), B the band edge;
///           Laakso, Valimaki, Karjalainen, Laine, "Splitting the unit delay", 1996, section on
///           general least squares
[[nodiscard]] std::vector<double>
least_squares_interpolator(int taps, double fraction, double band_edge);

/// The same point by a Kaiser-windowed sinc: for long filters, where the normal equations lose
/// their precision.
///   in      attenuation_db: stop band of the prototype low-pass, Kaiser's formula for beta
///   source  Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974
[[nodiscard]] std::vector<double>
kaiser_interpolator(int taps, double fraction, double attenuation_db);

} // namespace gainstage::dsp
