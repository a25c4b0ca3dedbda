// SPDX-License-Identifier: MIT
#include "dsp/interpolation_filter.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <utility>

namespace gainstage::dsp {

namespace {

double sinc(double x) {
    const double angle = std::numbers::pi * x;
    return std::abs(angle) < 1e-9 ? 1.0 : std::sin(angle) / angle;
}

/// The lower triangle L of a symmetric positive definite matrix, L L' = matrix.
std::vector<double> cholesky(std::vector<double> matrix, std::size_t size) {
    const auto at = [&](std::size_t row, std::size_t column) -> double& {
        return matrix[row * size + column];
    };
    for (std::size_t j = 0; j < size; ++j) {
        for (std::size_t k = 0; k < j; ++k) {
            for (std::size_t i = j; i < size; ++i) {
                at(i, j) -= at(i, k) * at(j, k);
            }
        }
        const double scale = 1.0 / std::sqrt(at(j, j));
        for (std::size_t i = j; i < size; ++i) {
            at(i, j) *= scale;
        }
    }
    return matrix;
}

/// Solves L L' x = right in place.
void solve(const std::vector<double>& lower, std::vector<double>& right) {
    const std::size_t size = right.size();
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            right[i] -= lower[i * size + k] * right[k];
        }
        right[i] /= lower[i * size + i];
    }
    for (std::size_t i = size; i-- > 0;) {
        for (std::size_t k = i + 1; k < size; ++k) {
            right[i] -= lower[k * size + i] * right[k];
        }
        right[i] /= lower[i * size + i];
    }
}

double sum(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

void normalise_dc(std::vector<double>& taps) {
    const double gain = sum(taps);
    for (double& tap : taps) {
        tap /= gain;
    }
}

/// Modified Bessel function of the first kind, order 0, by its power series (converges for every
/// argument used here).
double bessel_i0(double x) {
    double term = 1.0;
    double sum = 1.0;
    for (int k = 1; k < 200 && term > 1e-18 * sum; ++k) {
        term *= (x / (2.0 * k)) * (x / (2.0 * k));
        sum += term;
    }
    return sum;
}

} // namespace

std::vector<double> least_squares_interpolator(int taps, double fraction, double band_edge) {
    const auto size = static_cast<std::size_t>(taps);
    std::vector<double> matrix(size * size);
    std::vector<double> right(size);
    for (int i = 0; i < taps; ++i) {
        const double position = i - (taps / 2 - 1);
        right[static_cast<std::size_t>(i)] = sinc(2.0 * band_edge * (position - fraction));
        for (int j = 0; j < taps; ++j) {
            matrix[static_cast<std::size_t>(i) * size + static_cast<std::size_t>(j)] =
                sinc(2.0 * band_edge * (i - j));
        }
    }
    std::vector<double> correction(size, 1.0);
    const std::vector<double> factored = cholesky(std::move(matrix), size);
    solve(factored, right);
    solve(factored, correction);
    // Lagrange's condition for sum(h) = 1: h + lambda R^-1 (1, 1, ...)
    const double lambda = (1.0 - sum(right)) / sum(correction);
    for (std::size_t i = 0; i < size; ++i) {
        right[i] += lambda * correction[i];
    }
    return right;
}

std::vector<double> kaiser_interpolator(int taps, double fraction, double attenuation_db) {
    const double beta =
        0.1102 * (attenuation_db - 8.7); // Kaiser's fit, for attenuations above 50 dB
    std::vector<double> out(static_cast<std::size_t>(taps));
    for (int i = 0; i < taps; ++i) {
        const double offset = i - (taps / 2 - 1) - fraction;
        const double across = offset / (taps / 2.0); // -1..1 over the window
        const double window =
            bessel_i0(beta * std::sqrt(std::max(0.0, 1.0 - across * across))) / bessel_i0(beta);
        out[static_cast<std::size_t>(i)] = sinc(offset) * window;
    }
    normalise_dc(out);
    return out;
}

} // namespace gainstage::dsp
