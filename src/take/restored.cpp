// SPDX-License-Identifier: MIT
#include "take/restored.h"

#include "take/autoregressive.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gainstage::take {
namespace {

constexpr double least_noise = 1e-10; // of the power: a pure tone's equations have no one solution

/// `x` with the unknown samples in and near `run` restored together.
std::optional<Restored>
restored_from(const Eigen::VectorXd& x, const std::vector<char>& unknown, const PeakRun& run) {
    const auto model = autoregressive_model(x, unknown, least_noise);
    if (!model) {
        return std::nullopt;
    }
    constexpr auto order = static_cast<std::size_t>(AutoregressiveModel::order);
    std::vector<Eigen::Index> near;
    const std::size_t from = run.first - std::min(run.first, order);
    for (std::size_t n = from; n <= run.last + order && n < unknown.size(); ++n) {
        if (unknown[n] != 0) {
            near.push_back(static_cast<Eigen::Index>(n));
        }
    }
    const Interpolated is = interpolated(*model, x, near);
    // The run's own, whatever the others are.
    const auto own = static_cast<Eigen::Index>(
        std::ranges::find(near, static_cast<Eigen::Index>(run.first)) - near.begin());
    const auto frames = static_cast<Eigen::Index>(run.frames());
    const Eigen::VectorXd over =
        is.mean.segment(own, frames) - x.segment(static_cast<Eigen::Index>(run.first), frames);
    const Eigen::MatrixXd identity =
        Eigen::MatrixXd::Identity(is.precision.rows(), is.precision.cols());
    const Eigen::MatrixXd covariance =
        is.solver.solve(identity.middleCols(own, frames)).middleRows(own, frames);
    const double squares = over.dot(covariance.ldlt().solve(over));
    const double deviations =
        std::sqrt(std::max(0.0, squares) / static_cast<double>(frames)) / model->deviation;
    return Restored{over.mean(), over.maxCoeff(), std::copysign(deviations, over.mean())};
}

} // namespace

Gain Restored::depth(double level) const {
    constexpr double most_db = 24.0;
    return Gain::from_db(
        std::clamp(20.0 * std::log10(1.0 + std::max(0.0, most) / level), 0.0, most_db));
}

std::optional<Restored>
restored(const PeakInContext& peak, const PeakRun& run, float threshold, SidesOfZero sides) {
    std::vector<char> unknown(peak.around.size());
    Eigen::VectorXd x(static_cast<Eigen::Index>(peak.around.size()));
    for (std::size_t n = 0; n < unknown.size(); ++n) {
        const float sample = peak.around[n];
        x[static_cast<Eigen::Index>(n)] = static_cast<double>(sample);
        const float height = sides == SidesOfZero::both ? std::abs(sample) : sample;
        unknown[n] = height >= threshold || (n >= run.first && n <= run.last) ? 1 : 0;
    }
    return restored_from(x, unknown, run);
}

} // namespace gainstage::take
