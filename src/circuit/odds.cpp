// SPDX-License-Identifier: MIT
#include "circuit/odds.h"

#include <algorithm>
#include <cmath>

namespace gainstage::circuit {
namespace {

/// For a known shift: 1 - exp(-minutes exp(-margin / tail)).
double odds_without_shift(double margin_db, const PeakLaw& law) {
    const double times = law.take.value() / 60.0 * std::exp(-margin_db / law.tail.db());
    return -std::expm1(-times);
}

} // namespace

double clip_odds(Gain margin, const PeakLaw& law) {
    if (std::isinf(margin.db())) {
        return margin.db() > 0.0 ? 0.0 : 1.0;
    }
    if (law.deviation.db() <= 0.0) {
        return odds_without_shift(margin.db(), law);
    }
    // The trapezoidal rule on a normal density: its error falls faster than any power of the step,
    // and at a quarter of a deviation lies under 1e-9; 7 deviations hold all but 3e-12.
    constexpr double step = 0.125;
    constexpr int steps = 56;
    double sum = 0.0;
    for (int i = -steps; i <= steps; ++i) {
        const double deviations = step * i;
        sum += std::exp(-0.5 * deviations * deviations) *
               odds_without_shift(margin.db() - deviations * law.deviation.db(), law);
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
