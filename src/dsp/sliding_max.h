// SPDX-License-Identifier: MIT
// SlidingMax: the maximum of the last `window` values of a stream of non-negative numbers, exactly,
// at a cost that doesn't depend on the window. Not a peak hold: nothing decays.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace gainstage::dsp {

/// The stream is cut into runs of `window` values. The last `window` values are then the end of the
/// previous run, whose maxima towards its end were tabled when it closed, and the beginning of this
/// one, whose maximum is kept: two comparisons a value. A monotonic wedge does the same in
/// amortised constant time but branches on the data, which a processor can't predict: this is the
/// algorithm of van Herk (1992) and Gil and Werman (1993).
///   in      values >= 0; before the stream began, all are 0
///   cost    `window` comparisons in one go where a run ends, 2 elsewhere
class SlidingMax {
public:
    /// window >= 1. Allocates.
    void prepare(std::size_t window) {
        suffix_.assign(window + 1, 0.0f);
        reset();
    }

    void reset() noexcept {
        std::ranges::fill(suffix_, 0.0f);
        place_ = 0;
        running_ = 0.0f;
        zeros_ = window();
    }

    [[nodiscard]] std::size_t window() const noexcept { return suffix_.size() - 1; }

    /// The last `window` values were all 0. Zeros need not be pushed then: nothing would change.
    [[nodiscard]] bool is_clear() const noexcept { return zeros_ >= window(); }

    /// In place.
    void process(std::span<float> values) noexcept {
        while (!values.empty()) { // in stretches that end with a run at the latest
            const std::size_t count = std::min(values.size(), window() - place_);
            float* const suffix = suffix_.data() + place_;
            float running = running_; // state to locals, back once a stretch
            std::size_t zeros = zeros_;
            for (std::size_t n = 0; n < count; ++n) {
                const float value = values[n];
                zeros = value > 0.0f ? 0 : zeros + 1;
                running = std::max(running, value);
                values[n] = std::max(running, suffix[n + 1]);
                suffix[n] = value; // this slot's maximum was used in the previous turn
            }
            running_ = running;
            zeros_ = zeros;
            place_ += count;
            if (place_ == window()) {
                close_run();
            }
            values = values.subspan(count);
        }
    }

    /// One value; the maximum of the window that ends with it.
    float push(float value) noexcept {
        process({&value, 1});
        return value;
    }

private:
    void close_run() noexcept {
        for (std::size_t n = window() - 1; n-- > 0;) {
            suffix_[n] = std::max(suffix_[n], suffix_[n + 1]);
        }
        place_ = 0;
        running_ = 0.0f;
    }

    std::vector<float> suffix_{0.0f, 0.0f}; // one slot more than the window, always 0
    std::size_t place_ = 0;
    float running_ = 0.0f;
    std::size_t zeros_ = 1;
};

} // namespace gainstage::dsp
