// SPDX-License-Identifier: MIT
#include "ballistics/vu.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace gainstage::ballistics {

double VuDesign::damping() const noexcept {
    const double log_overshoot = -std::log(overshoot);
    return log_overshoot / std::hypot(std::numbers::pi, log_overshoot);
}

double VuDesign::angular_frequency() const noexcept {
    // The step response with w0 = 1 reaches 0.99 at `t`, before its maximum at pi / sqrt(1 - d^2):
    // by bisection. In time, that is rise: w0 = t / rise.
    const double d = damping();
    const double ringing = std::sqrt(1.0 - d * d);
    const auto step = [&](double t) {
        return 1.0 -
               std::exp(-d * t) * (std::cos(ringing * t) + d / ringing * std::sin(ringing * t));
    };
    double before = 0.0;
    double after = std::numbers::pi / ringing;
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (before + after);
        (step(middle) < 0.99 ? before : after) = middle;
    }
    return after / rise.value();
}

void Vu::prepare(Hertz sample_rate) {
    const double d = design_.damping();
    const double ringing = std::sqrt(1.0 - d * d);
    const double t = design_.angular_frequency() / sample_rate.value(); // a sample, with w0 = 1
    const double decay = std::exp(-d * t);
    const double sine = decay * std::sin(ringing * t) / ringing;
    const double cosine = decay * std::cos(ringing * t);
    from_offset_to_offset_ = cosine + d * sine;
    from_speed_to_offset_ = sine;
    from_offset_to_speed_ = -sine;
    from_speed_to_speed_ = cosine - d * sine;
    reset();
}

void Vu::reset() noexcept { deflection_ = speed_ = highest_ = 0.0; }

void Vu::process(std::span<const float> signal) noexcept {
    double deflection = deflection_; // state to locals, back once
    double speed = speed_;
    double highest = highest_;
    for (const float sample : signal) {
        const double drive = 0.5 * std::numbers::pi * std::abs(static_cast<double>(sample));
        const double offset = deflection - drive;
        deflection = drive + from_offset_to_offset_ * offset + from_speed_to_offset_ * speed;
        speed = from_offset_to_speed_ * offset + from_speed_to_speed_ * speed;
        highest = std::max(highest, deflection);
    }
    deflection_ = deflection;
    speed_ = speed;
    highest_ = highest;
}

double Vu::take() noexcept {
    // It swings below its rest by as much as above: there a real one meets its stop.
    return std::exchange(highest_, std::max(deflection_, 0.0));
}

} // namespace gainstage::ballistics
