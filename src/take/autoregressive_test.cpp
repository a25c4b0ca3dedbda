// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/signals.h"
#include "take/autoregressive.h"

#include <cmath>

using namespace gainstage;
using take::autoregressive_model;
using take::interpolated;

namespace {

Eigen::VectorXd vector_of(const std::vector<float>& x) {
    return Eigen::Map<const Eigen::VectorXf>(x.data(), static_cast<Eigen::Index>(x.size()))
        .cast<double>();
}

/// Each sample 0.9 of the one before, and noise.
Eigen::VectorXd first_order(Eigen::Index frames) {
    Eigen::VectorXd x =
        vector_of(test::white_noise(static_cast<std::size_t>(frames), test::Seed{3}, 0.1));
    for (Eigen::Index n = 1; n < frames; ++n) {
        x[n] += 0.9 * x[n - 1];
    }
    return x;
}

} // namespace

TEST_CASE("autoregressive: of a first-order process it has the weight, and the law of a gap") {
    const Eigen::VectorXd x = first_order(200000);
    const auto model = autoregressive_model(x, {}, 1e-10);
    REQUIRE(model);
    CHECK(model->error[take::AutoregressiveModel::order - 1] == Approx(-0.9).margin(0.01));
    const auto gap = interpolated(*model, x, {5000});
    // By hand: mean a (x[-1] + x[1]) / (1 + a^2), variance 1 / (1 + a^2) of the noise's.
    CHECK(gap.mean[0] == Approx(0.9 * (x[4999] + x[5001]) / 1.81).margin(0.01));
    CHECK(gap.precision(0, 0) == Approx(1.81).margin(0.02));
}

TEST_CASE("autoregressive: a gap of forty samples in a chord is filled as it was") {
    Eigen::VectorXd x = vector_of(test::sine(440.0, 0.5, 1024, 48000.0)) +
                        vector_of(test::sine(1234.5, 0.2, 1024, 48000.0));
    std::vector<char> unknown(1024);
    std::vector<Eigen::Index> at;
    for (Eigen::Index n = 500; n < 540; ++n) {
        unknown[static_cast<std::size_t>(n)] = 1;
        at.push_back(n);
    }
    const Eigen::VectorXd played = x;
    x.segment(500, 40).setConstant(7.0); // doesn't matter
    const auto model = autoregressive_model(x, unknown, 1e-10);
    REQUIRE(model);
    CHECK((interpolated(*model, x, at).mean - played.segment(500, 40)).cwiseAbs().maxCoeff() <
          1e-3);
}

TEST_CASE("autoregressive: there is no model of silence, nor of too little") {
    CHECK_FALSE(autoregressive_model(Eigen::VectorXd::Zero(512), {}, 1e-10));
    CHECK_FALSE(autoregressive_model(Eigen::VectorXd::Ones(20), {}, 1e-10));
    CHECK_FALSE(autoregressive_model(Eigen::VectorXd(), {}, 1e-10));
    const std::vector<char> unknown(512, 1);
    CHECK_FALSE(autoregressive_model(first_order(512), unknown, 1e-10));
}
