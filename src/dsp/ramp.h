// SPDX-License-Identifier: MIT
// Ramp: a linear factor that moves to its target in a straight line, so that no gain jumps inside
// audio. It is not a smoother of audio-rate control signals.
#pragma once

#include <cstddef>
#include <span>

namespace gainstage::dsp {

/// Each value depends on the frames since the target was set, never on how the stream is cut into
/// blocks.
class Ramp {
public:
    /// frames >= 1: how long a move takes, whatever its size.
    void prepare(std::size_t frames) noexcept { frames_ = frames > 0 ? frames : 1; }

    /// At `value` at once.
    void reset(float value) noexcept {
        start_ = target_ = value;
        done_ = frames_;
    }

    /// Begins a move from wherever the ramp is; no effect when `target` is already the target.
    void set_target(float target) noexcept {
        if (target != target_) {
            start_ = value();
            target_ = target;
            done_ = 0;
        }
    }

    [[nodiscard]] bool is_moving() const noexcept { return done_ < frames_; }

    [[nodiscard]] float target() const noexcept { return target_; }

    /// The factor of the frame before the next one.
    [[nodiscard]] float value() const noexcept {
        if (!is_moving()) {
            return target_; // exact, not start + (target - start)
        }
        return start_ +
               (target_ - start_) * (static_cast<float>(done_) / static_cast<float>(frames_));
    }

    /// The factors of the next frames.
    void fill(std::span<float> out) noexcept {
        for (float& factor : out) {
            done_ += is_moving() ? 1 : 0;
            factor = value();
        }
    }

private:
    float start_ = 1.0f;
    float target_ = 1.0f;
    std::size_t done_ = 1;
    std::size_t frames_ = 1;
};

} // namespace gainstage::dsp
