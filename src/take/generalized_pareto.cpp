// SPDX-License-Identifier: MIT
#include "take/generalized_pareto.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gainstage::take {
namespace {

constexpr double least_scale = 0.001; // dB: equal excesses have no spread
constexpr double least_shape = -1.5;
constexpr double most_shape = 0.3; // beyond it a tail's mean says little and its variance nothing

} // namespace

GeneralizedPareto
GeneralizedPareto::fit(std::span<const double> excesses, double prior_shape, double prior_weight) {
    std::vector<double> sorted(excesses.begin(), excesses.end());
    std::ranges::sort(sorted);
    const auto count = static_cast<double>(sorted.size());
    double mean = 0.0;
    double weighted = 0.0; // b1 = E[x F(x)]
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        mean += sorted[i] / count;
        weighted +=
            sorted.size() < 2 ? 0.0 : sorted[i] * static_cast<double>(i) / (count - 1.0) / count;
    }
    if (sorted.size() < 3 || mean <= 0.0) {
        return {std::max(least_scale, mean * (1.0 - prior_shape)), prior_shape};
    }
    // tau = l2 / l1 = 1 / (2 - shape)
    const double tau = std::max(0.001, (2.0 * weighted - mean) / mean);
    const double drawn =
        ((2.0 - 1.0 / tau) * count + prior_shape * prior_weight) / (count + prior_weight);
    const double shape = std::clamp(drawn, least_shape, most_shape);
    return {std::max(least_scale, mean * (1.0 - shape)), shape};
}

double GeneralizedPareto::exceeded_once_in(double count) const noexcept {
    const double safe = std::max(count, 1e-6);
    return std::abs(shape) < 1e-6 ? scale * std::log(safe)
                                  : scale / shape * (std::pow(safe, shape) - 1.0);
}

} // namespace gainstage::take
