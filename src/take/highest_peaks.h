// SPDX-License-Identifier: MIT
// HighestPeaks: the highest samples of one side of zero of one channel, each with what is around
// it, in constant memory. Samples, not what lies between them: that is what dsp's true peaks are.
#pragma once

#include "dsp/block_sums.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace gainstage::take {

/// A sample that is higher than those beside it, with `Reach` samples on either side.
template <std::size_t Reach>
struct HighestPeak {
    static constexpr std::size_t reach = Reach;

    float level = 0.0f; ///< linear, magnitude
    std::uint64_t frame = 0;
    std::array<float, 2 * Reach + 1> around{}; ///< positive on the peak's own side of zero
};

template <std::size_t Reach, std::size_t Most>
class HighestPeaks {
public:
    using Peak = HighestPeak<Reach>;

    static constexpr std::size_t most = Most;

    /// [main] allocates
    void prepare() {
        peaks_.reserve(most);
        heap_.reserve(most);
    }

    void reset() noexcept {
        peaks_.clear();
        heap_.clear();
        seen_ = 0;
    }

    /// `samples` end at the one before `end_frame`; peaks are looked for from the samples' own
    /// Reach on, up to as many before their end. `sign` is 1 or -1. [audio]
    void process(std::span<const float> samples, float sign, std::uint64_t end_frame) noexcept {
        const std::size_t last = samples.size() - std::min(samples.size(), Reach);
        for (std::size_t n = Reach; n < last; n += chunk) {
            const std::size_t end = std::min(n + chunk, last);
            // Later on nearly everything is lower than what is kept: seen by SIMD.
            if (!(dsp::block_sums(samples.data() + n, end - n).peak <= lowest_kept())) {
                process(samples, n, end, sign, end_frame);
            }
        }
    }

    /// In no order.
    [[nodiscard]] std::span<const Peak> peaks() const noexcept { return peaks_; }

    /// How many were among the highest so far when they came: peaks() is the same as long as this
    /// is.
    [[nodiscard]] std::uint64_t seen() const noexcept { return seen_; }

private:
    static constexpr std::size_t chunk = 256;

    void process(std::span<const float> samples,
                 std::size_t first,
                 std::size_t end,
                 float sign,
                 std::uint64_t end_frame) noexcept {
        float lowest = lowest_kept();
        for (std::size_t n = first; n < end; ++n) {
            const float x = sign * samples[n];
            if (x > lowest && x > sign * samples[n - 1] && x >= sign * samples[n + 1]) {
                Peak& peak = room();
                ++seen_;
                peak.level = x;
                peak.frame = end_frame - (samples.size() - n);
                for (std::size_t i = 0; i < peak.around.size(); ++i) {
                    peak.around[i] = sign * samples[n - Reach + i];
                }
                std::ranges::push_heap(heap_, higher());
                lowest = lowest_kept();
            }
        }
    }

    [[nodiscard]] auto higher() const noexcept {
        return [this](std::size_t a, std::size_t b) { return peaks_[a].level > peaks_[b].level; };
    }

    [[nodiscard]] float lowest_kept() const noexcept {
        return heap_.size() == most ? peaks_[heap_.front()].level : 0.0f;
    }

    /// At the heap's end, to be pushed once it is filled.
    Peak& room() noexcept {
        if (heap_.size() < most) {
            heap_.push_back(peaks_.size());
            return peaks_.emplace_back();
        }
        std::ranges::pop_heap(heap_, higher());
        return peaks_[heap_.back()];
    }

    std::vector<Peak> peaks_;
    std::vector<std::size_t> heap_; ///< of peaks_, the lowest first
    std::uint64_t seen_ = 0;
};

using PeakInContext = HighestPeak<256>;
using PeaksInContext = HighestPeaks<256, 64>;

/// Which of them is the highest, the next…
template <std::size_t Reach>
std::vector<const HighestPeak<Reach>*> highest_first(std::span<const HighestPeak<Reach>> peaks) {
    std::vector<const HighestPeak<Reach>*> order;
    for (const HighestPeak<Reach>& peak : peaks) {
        order.push_back(&peak);
    }
    std::ranges::sort(order, std::greater{}, &HighestPeak<Reach>::level);
    return order;
}

} // namespace gainstage::take
