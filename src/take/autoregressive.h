// SPDX-License-Identifier: MIT
// Autoregressive: a sound of which one sample follows from those before it, and what some of its
// samples must be, then, by all the others.
#pragma once

#include <Eigen/Dense>

#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

/// A sample as a weighted sum of the `order` before it, and what that errs by.
struct AutoregressiveModel {
    static constexpr Eigen::Index order = 32;

    Eigen::VectorXd error; ///< the prediction error of order + 1 samples, the oldest first
    double deviation = 0.0;
};

/// Least squares forwards and backwards, from the equations that hold no sample that is `unknown`
/// (one a sample, or empty: all are known). Nothing if there are too few of them, or silence.
/// `noise` is white noise thought to be in it, as a part of its power: the less, the sharper the
/// tones that it follows, and the less certain what is far from any known sample.
std::optional<AutoregressiveModel>
autoregressive_model(const Eigen::VectorXd& x, std::span<const char> unknown, double noise);

/// What some samples are by all others: a Gaussian law of them together.
struct Interpolated {
    Eigen::VectorXd mean;
    Eigen::MatrixXd precision;           ///< inverse of the covariance, times deviation squared
    Eigen::LDLT<Eigen::MatrixXd> solver; ///< of that
};

/// The samples `at`, in order of time, interpolated (Janssen, Veldhuis and Vries, "Adaptive
/// interpolation of discrete-time signals that can be modeled as autoregressive processes", 1986).
/// All others are taken as known.
Interpolated interpolated(const AutoregressiveModel& model,
                          const Eigen::VectorXd& x,
                          const std::vector<Eigen::Index>& at);

} // namespace gainstage::take
