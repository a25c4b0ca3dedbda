// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "take/generalized_pareto.h"

#include <cmath>
#include <vector>

using gainstage::take::GeneralizedPareto;

namespace {

/// Evenly spread quantiles of the law itself: a sample without luck.
std::vector<double> sample(double scale, double shape, std::size_t count) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        const double above = 1.0 - (static_cast<double>(i) + 0.5) / static_cast<double>(count);
        values.push_back(std::abs(shape) < 1e-9 ? -scale * std::log(above)
                                                : scale / shape * (std::pow(above, -shape) - 1.0));
    }
    return values;
}

} // namespace

TEST_CASE("generalized pareto: a sample of the law gives the law back") {
    const double shape = GENERATE(-1.0, -0.5, -0.2, 0.0, 0.2);
    const double scale = GENERATE(0.1, 3.0);
    const auto law = GeneralizedPareto::fit(sample(scale, shape, 2000), 0.0, 0.0);
    CAPTURE(shape, scale);
    CHECK(law.shape ==
          Approx(shape).margin(0.02)); // 2000 values know their tail's end to 1 in 2000
    CHECK(law.scale == Approx(scale).epsilon(0.02));
}

TEST_CASE("generalized pareto: one in a hundred is exceeded once in a hundred") {
    const double shape = GENERATE(-0.5, 0.0, 0.3);
    const GeneralizedPareto law{2.0, shape};
    const auto values = sample(2.0, shape, 100000);
    const double level = law.exceeded_once_in(100.0);
    CHECK(std::ranges::count_if(values, [&](double x) { return x > level; }) ==
          Approx(1000).margin(1));
}

TEST_CASE("generalized pareto: the prior outweighs a few values and gives way to many") {
    const auto few = GeneralizedPareto::fit(sample(1.0, 0.2, 5), -0.4, 20.0);
    const auto many = GeneralizedPareto::fit(sample(1.0, 0.2, 5000), -0.4, 20.0);
    CHECK(few.shape < -0.2);
    CHECK(many.shape == Approx(0.2).margin(0.02));
}

TEST_CASE("generalized pareto: none, one, two and equal values have a law too") {
    const std::vector<double> values =
        GENERATE(std::vector<double>{}, std::vector<double>{1.0}, std::vector<double>{0.0, 2.0},
                 std::vector<double>(10, 1.5), std::vector<double>(10, 0.0));
    const auto law = GeneralizedPareto::fit(values, -0.4, 20.0);
    CHECK(law.scale > 0.0);
    CHECK(std::isfinite(law.exceeded_once_in(1000.0)));
    CHECK(law.exceeded_once_in(1000.0) > law.exceeded_once_in(10.0));
}
