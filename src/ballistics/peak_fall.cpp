// SPDX-License-Identifier: MIT
#include "ballistics/peak_fall.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace gainstage::ballistics {

void PeakFall::prepare(Hertz sample_rate) {
    log_fall_ = -design_.fall_db * std::numbers::ln10 /
                (20.0 * design_.fall_time.value() * sample_rate.value());
    fall_ = std::exp(log_fall_);
    hold_frames_ =
        static_cast<std::uint64_t>(std::llround(design_.hold.value() * sample_rate.value()));
    reset();
}

void PeakFall::reset() noexcept {
    level_ = highest_ = 0.0;
    held_frames_ = 0;
}

void PeakFall::process(std::span<const float> signal) noexcept {
    double level = level_; // state to locals, back once
    std::uint64_t held = held_frames_;
    double highest = highest_;
    for (const float sample : signal) {
        const double x = std::abs(static_cast<double>(sample));
        if (held > 0) {
            --held;
        } else {
            level *= fall_;
        }
        if (x >= level) {
            level = x;
            held = hold_frames_;
            highest = std::max(highest, level);
        }
    }
    level_ = level;
    held_frames_ = held;
    highest_ = highest;
}

double PeakFall::after(std::uint64_t frames) const noexcept {
    const std::uint64_t falling = frames - std::min(frames, held_frames_);
    return level_ * std::exp(log_fall_ * static_cast<double>(falling));
}

void PeakFall::process(double peak, std::uint64_t frames) noexcept {
    level_ = after(frames);
    held_frames_ -= std::min(held_frames_, frames);
    if (peak >= level_) {
        level_ = peak;
        held_frames_ = hold_frames_;
        highest_ = std::max(highest_, level_);
    }
}

double PeakFall::take() noexcept { return std::exchange(highest_, level_); }

} // namespace gainstage::ballistics
