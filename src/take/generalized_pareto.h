// SPDX-License-Identifier: MIT
// GeneralizedPareto: the law that what exceeds a high threshold follows, whatever the law below it.
// Not a fit of the whole distribution.
#pragma once

#include <span>

namespace gainstage::take {

/// P(excess > y) = (1 + shape * y / scale)^(-1 / shape); shape 0: exp(-y / scale). A negative shape
/// ends at -scale / shape.
struct GeneralizedPareto {
    double scale = 1.0;
    double shape = 0.0;

    /// Fitted by L-moments (J. R. M. Hosking and J. R. Wallis, "Parameter and Quantile Estimation
    /// for the Generalized Pareto Distribution", Technometrics 29 (1987)): of the estimators for a
    /// few dozen values they are the steadiest, and exist for every sample, unlike those of maximum
    /// likelihood. The shape is drawn towards `prior_shape` as by `prior_weight` values more.
    ///   in      excesses of 0 and more, in any order; fewer than three give the prior's shape
    ///   range   shape -1.5 to 0.3
    static GeneralizedPareto
    fit(std::span<const double> excesses, double prior_shape, double prior_weight);

    /// What one excess in `count` lies above; count < 1 lies under the threshold.
    [[nodiscard]] double exceeded_once_in(double count) const noexcept;
};

} // namespace gainstage::take
