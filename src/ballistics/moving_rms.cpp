// SPDX-License-Identifier: MIT
#include "ballistics/moving_rms.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gainstage::ballistics {

double MovingRmsDesign::time_constant_s() const noexcept {
    // The mean square is then 0.99^2 = 0.9801. One pole: 1 - e^-t = 0.9801, t = 3.917; two equal
    // ones: 1 - (1 + t) e^-t = 0.9801, t = 5.840, in time constants.
    const auto left = [this](double t) { return (poles == 1 ? 1.0 : 1.0 + t) * std::exp(-t); };
    double before = 0.0;
    double after = 20.0;
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (before + after);
        (left(middle) > 1.0 - 0.99 * 0.99 ? before : after) = middle;
    }
    return rise.value() / after;
}

void MovingRms::prepare(Hertz sample_rate) {
    step_ = -std::expm1(-1.0 / (design_.time_constant_s() * sample_rate.value()));
    second_step_ = design_.poles == 1 ? 1.0 : step_;
    reset();
}

void MovingRms::reset() noexcept { first_ = second_ = highest_ = 0.0; }

void MovingRms::process(std::span<const float> signal) noexcept {
    double first = first_; // state to locals, back once
    double second = second_;
    double highest = highest_;
    for (const float sample : signal) {
        const auto x = static_cast<double>(sample);
        first += step_ * (x * x - first);
        second += second_step_ * (first - second);
        highest = std::max(highest, second);
    }
    first_ = first;
    second_ = second;
    highest_ = highest;
}

double MovingRms::take() noexcept {
    return std::sqrt(2.0 * std::exchange(highest_, second_)); // sqrt(2): a sine's peak
}

} // namespace gainstage::ballistics
