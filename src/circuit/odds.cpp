// SPDX-License-Identifier: MIT
#include "circuit/odds.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gainstage::circuit {
namespace {

/// How often a peak goes over `margin_db` in the take, on average: minutes exp(-margin / tail).
double times_over(double margin_db, const PeakLaw& law) {
    return law.take.value() / 60.0 * std::exp(-margin_db / law.tail.db());
}

/// 1 - exp(-times): at least once. Both ends without an exponential, to the last digit.
double once(double times) {
    return times < 1e-5 ? times - 0.5 * times * times : times > 40.0 ? 1.0 : -std::expm1(-times);
}

// The trapezoidal rule on a normal density: its error falls faster than any power of the step, and
// at an eighth of a deviation lies under 1e-9; 7 deviations hold all but 3e-12.
constexpr double step = 0.125;
constexpr int steps = 56;

/// exp(-x^2 / 2) at each of them, the first at -7.
const std::array<double, 2 * steps + 1>& normal_weights() {
    static const auto weights = [] {
        std::array<double, 2 * steps + 1> all{};
        for (int i = -steps; i <= steps; ++i) {
            const double deviations = step * i;
            all[static_cast<std::size_t>(i + steps)] = std::exp(-0.5 * deviations * deviations);
        }
        return all;
    }();
    return weights;
}

} // namespace

double clip_odds(Gain margin, const PeakLaw& law) {
    if (std::isinf(margin.db())) {
        return margin.db() > 0.0 ? 0.0 : 1.0;
    }
    if (law.deviation.db() <= 0.0) {
        return once(times_over(margin.db(), law));
    }
    // Each step of the shift multiplies how often it happens by the same.
    double times = times_over(margin.db() + step * steps * law.deviation.db(), law);
    const double more = std::exp(step * law.deviation.db() / law.tail.db());
    double sum = 0.0;
    for (const double weight : normal_weights()) {
        sum += weight * once(times);
        times *= more;
    }
    return std::min(1.0, sum * step * 0.39894228040143268); // 1 / sqrt(2 pi)
}

Gain margin_for(double odds, const PeakLaw& law) {
    double low_db = -200.0;
    double high_db = 400.0;
    while (high_db - low_db > 1e-4) {
        const double middle_db = 0.5 * (low_db + high_db);
        (clip_odds(Gain::from_db(middle_db), law) > odds ? low_db : high_db) = middle_db;
    }
    return Gain::from_db(high_db);
}

} // namespace gainstage::circuit
