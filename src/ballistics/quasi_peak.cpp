// SPDX-License-Identifier: MIT
#include "ballistics/quasi_peak.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gainstage::ballistics {

void QuasiPeak::prepare(Hertz sample_rate) {
    const auto rise = [&](Seconds time) {
        return -std::expm1(-1.0 / (time.value() * sample_rate.value()));
    };
    slow_rise_ = rise(design_.slow_rise);
    fast_rise_ = rise(design_.fast_rise);
    fall_ =
        std::pow(10.0, -design_.fall_db / (20.0 * design_.fall_time.value() * sample_rate.value()));
    reset();
}

void QuasiPeak::reset() noexcept { slow_ = fast_ = highest_ = 0.0; }

void QuasiPeak::process(std::span<const float> signal) noexcept {
    double slow = slow_; // state to locals, back once
    double fast = fast_;
    double highest = highest_;
    for (const float sample : signal) {
        const double x = std::abs(static_cast<double>(sample));
        slow *= fall_;
        fast *= fall_;
        slow += slow_rise_ * std::max(x - slow, 0.0);
        fast += fast_rise_ * std::max(x - fast, 0.0);
        highest = std::max(highest, slow + fast);
    }
    slow_ = slow;
    fast_ = fast;
    highest_ = highest;
}

double QuasiPeak::take() noexcept {
    return design_.steady * std::exchange(highest_, slow_ + fast_);
}

} // namespace gainstage::ballistics
