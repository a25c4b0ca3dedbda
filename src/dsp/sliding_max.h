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

    float push(float value) noexcept {
        zeros_ = value > 0.0f ? 0 : zeros_ + 1;
        running_ = std::max(running_, value);
        const float maximum = std::max(running_, suffix_[place_ + 1]);
        suffix_[place_] = value; // this slot's maximum was used in the previous call
        if (++place_ == window()) {
            close_run();
        }
        return maximum;
    }

    /// In place.
    void process(std::span<float> values) noexcept {
        for (float& value : values) {
            value = push(value);
        }
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
