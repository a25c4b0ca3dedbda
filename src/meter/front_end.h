// SPDX-License-Identifier: MIT
// FrontEnd: cuts a stream into cells of 10 ms and computes, once, what meters share: sums,
// K-weighted power in its windows, true peak. It reads nothing out; meters do. Cells lie on a fixed
// grid, so results don't depend on the blocks that the stream came in, to the bit.
#pragma once

#include "audio/spec.h"
#include "dsp/k_weighting.h"
#include "dsp/true_peak_detector.h"
#include "meter/cell.h"
#include "meter/options.h"
#include "meter/sliding_cells.h"

#include <array>
#include <vector>

namespace gainstage::meter {

class FrontEnd {
public:
    /// Beyond this (740 dB over full scale) a sample is taken for Inf: its square, filtered, would
    /// no longer be a number.
    static constexpr float largest_sample = 1e37f;

    void prepare(const audio::Spec& spec,
                 const BridgeOptions& options,
                 Needs needs); // [main] throws std::invalid_argument
    void reset() noexcept;     // [audio]

    /// Calls each(const Cell&) for every cell that `block` completes. [audio]
    template <typename Each>
    void process(audio::ConstAudioView block, Each&& each) noexcept {
        std::size_t taken = 0;
        while (taken < block.frames()) {
            const std::size_t missing = cell_frames_ - held_;
            const std::size_t frames = std::min(block.frames() - taken, missing);
            if (held_ == 0 && frames == missing) {
                each(analyse(block.slice(taken, frames),
                             true)); // the usual case: read where it lies
            } else {
                hold(block.slice(taken, frames));
                if (held_ == cell_frames_) {
                    each(analyse(view_of(held_memory_, held_), true));
                }
            }
            taken += frames;
        }
    }

    /// Calls each once, for the end of the stream: what is held of an unfinished cell (may be
    /// nothing) and what the true-peak filter still holds. After it, only reset() makes sense: work
    /// on a copy to read in between. [audio]
    template <typename Each>
    void finish(Each&& each) noexcept {
        each(analyse(view_of(held_memory_, held_), false));
    }

    [[nodiscard]] std::uint64_t frames() const noexcept { return first_frame_ + held_; }

    /// NaN, Inf and beyond largest_sample, taken as silence.
    [[nodiscard]] std::uint64_t non_finite_samples() const noexcept { return non_finite_samples_; }

    [[nodiscard]] const audio::Spec& spec() const noexcept { return spec_; }

    [[nodiscard]] const BridgeOptions& options() const noexcept { return options_; }

private:
    struct Channel {
        dsp::KState k_state{};
        dsp::TruePeakDetector detector{};
        float true_peak_floor = 0.0f; ///< largest so far: of the stream, or of the 100 ms
        SlidingCells sums{};
        SlidingCells squares{};
        std::uint64_t silent_cells = 0; ///< of the last 40, one bit each
        double weight = 1.0;
    };

    void hold(audio::ConstAudioView part) noexcept;
    [[nodiscard]] audio::ConstAudioView view_of(const std::vector<float>& memory,
                                                std::size_t frames) noexcept;
    const Cell& analyse(audio::ConstAudioView audio, bool whole) noexcept;
    void measure_sums(audio::ConstAudioView audio) noexcept;
    audio::ConstAudioView without_non_finite(audio::ConstAudioView audio) noexcept;
    [[nodiscard]] bool all_finite() const noexcept;
    void measure_loudness(audio::ConstAudioView audio) noexcept;
    void measure_true_peak(audio::ConstAudioView audio, bool whole) noexcept;
    void measure_windows() noexcept;
    void step() noexcept;

    audio::Spec spec_;
    BridgeOptions options_;
    Needs needs_;
    dsp::KWeightedPower k_weighted_;
    std::vector<Channel> channels_;
    std::vector<ChannelCell> channel_cells_;
    SlidingCells k_power_{cells_a_short_term};
    Cell cell_;

    // Two buffers a channel: what is held of an unfinished cell, and a cell cleaned of what is no
    // number. Pointers are made anew for every view, so that a FrontEnd can be copied.
    std::size_t most_frames_ = 0;
    std::vector<float> held_memory_;
    std::vector<float> clean_memory_;
    std::array<const float*, audio::max_channels> pointers_{};
    std::size_t held_ = 0;
    std::size_t cell_frames_ = 0;
    std::uint64_t next_number_ = 0;
    std::uint64_t first_frame_ = 0;
    std::uint64_t non_finite_samples_ = 0;
};

} // namespace gainstage::meter
