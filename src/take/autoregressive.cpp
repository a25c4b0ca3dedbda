// SPDX-License-Identifier: MIT
#include "take/autoregressive.h"

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr double precision_ridge = 1e-12; // of the precision: lest rounding leaves it singular

} // namespace

std::optional<AutoregressiveModel>
autoregressive_model(const Eigen::VectorXd& x, std::span<const char> unknown, double noise) {
    constexpr Eigen::Index order = AutoregressiveModel::order;
    constexpr Eigen::Index length = order + 1;
    if (x.size() <= order) {
        return std::nullopt;
    }
    Eigen::MatrixXd windows(x.size() - order, length);
    Eigen::Index count = 0;
    const auto is_unknown = [&](Eigen::Index n) {
        return unknown.empty() || unknown[static_cast<std::size_t>(n)] == 0 ? 0 : 1;
    };
    int unknowns = 0;
    for (Eigen::Index n = 0; n < order; ++n) {
        unknowns += is_unknown(n);
    }
    for (Eigen::Index n = 0; n + order < x.size(); ++n) {
        unknowns += is_unknown(n + order);
        if (unknowns == 0) {
            windows.row(count++) = x.segment(n, length).transpose();
        }
        unknowns -= is_unknown(n);
    }
    if (count < 2 * order) {
        return std::nullopt;
    }
    const Eigen::MatrixXd forwards =
        windows.topRows(count).transpose() * windows.topRows(count); // the oldest sample first
    const Eigen::MatrixXd products = forwards + forwards.reverse();
    Eigen::MatrixXd of_past = products.topLeftCorner(order, order);
    of_past.diagonal().array() += noise * of_past.trace() / static_cast<double>(order);
    const Eigen::VectorXd with_next = products.col(order).head(order);
    const Eigen::VectorXd weights = of_past.ldlt().solve(with_next);
    AutoregressiveModel model{Eigen::VectorXd(length), 0.0};
    model.error << -weights, 1.0;
    const double squares = model.error.dot(products * model.error);
    model.deviation =
        std::sqrt(std::max(0.0, squares) / (2.0 * static_cast<double>(count - order)));
    return model.deviation > 0.0 ? std::optional(model) : std::nullopt;
}

Interpolated interpolated(const AutoregressiveModel& model,
                          const Eigen::VectorXd& x,
                          const std::vector<Eigen::Index>& at) {
    constexpr Eigen::Index order = AutoregressiveModel::order;
    const auto count = static_cast<Eigen::Index>(at.size());
    const Eigen::Index begin = std::max<Eigen::Index>(0, at.front() - order);
    const Eigen::Index end = std::min<Eigen::Index>(x.size() - order, at.back() + 1);
    Eigen::VectorXd known = x;
    for (const Eigen::Index n : at) {
        known[n] = 0.0;
    }
    // Each row is the prediction error that ends `order` samples later.
    Eigen::MatrixXd of_unknown = Eigen::MatrixXd::Zero(end - begin, count);
    Eigen::VectorXd of_known(end - begin);
    for (Eigen::Index row = begin; row < end; ++row) {
        of_known[row - begin] = model.error.dot(known.segment(row, order + 1));
    }
    for (Eigen::Index k = 0; k < count; ++k) {
        const Eigen::Index n = at[static_cast<std::size_t>(k)];
        for (Eigen::Index row = std::max(begin, n - order); row < std::min(end, n + 1); ++row) {
            of_unknown(row - begin, k) = model.error[n - row];
        }
    }
    Interpolated out;
    out.precision = of_unknown.transpose() * of_unknown;
    out.precision.diagonal().array() +=
        precision_ridge * out.precision.trace() / static_cast<double>(count);
    out.solver.compute(out.precision);
    out.mean = out.solver.solve(-(of_unknown.transpose() * of_known));
    return out;
}

} // namespace gainstage::take
