// SPDX-License-Identifier: MIT
// FrontEnd: cuts a stream into cells of 10 ms, has each analysed once, and adds what lies in
// windows behind it: the figures that meters share. It reads nothing out; meters do. Cells lie on a
// fixed grid, so results don't depend on the blocks that the stream came in, to the bit.
#pragma once

#include "audio/spec.h"
#include "meter/cell.h"
#include "meter/cell_analyser.h"
#include "meter/options.h"
#include "meter/sliding_cells.h"

#include <array>
#include <vector>

namespace gainstage::meter {

class FrontEnd {
public:
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
                // the usual case: read where it lies
                each(analyse(block.slice(taken, frames), true));
            } else {
                hold(block.slice(taken, frames));
                if (held_ == cell_frames_) {
                    each(analyse(held_view(), true));
                }
            }
            taken += frames;
        }
    }

    /// The same for cells that were analysed elsewhere, the next ones of the stream; process() goes
    /// on behind them. Only between cells: when all before came as stretches. [audio]
    template <typename Each>
    void process(const AnalysedStretch& stretch, Each&& each) noexcept {
        const std::uint64_t origin = cell_start(stretch.first_cell, spec_.sample_rate);
        for (std::size_t i = 0; i < stretch.cells.size(); ++i) {
            const auto at = static_cast<std::size_t>(first_frame_ - origin);
            std::copy_n(stretch.channel_cells.begin() +
                            static_cast<std::ptrdiff_t>(i * channel_cells_.size()),
                        channel_cells_.size(), channel_cells_.begin());
            each(place(stretch.audio.view().slice(stretch.audio_offset + at, cell_frames_),
                       stretch.cells[i], true));
        }
        analyser_ = *stretch.behind;
        non_finite_samples_ += stretch.non_finite_samples;
    }

    /// What a stretch is analysed with: as prepared, or as it stands.
    [[nodiscard]] const CellAnalyser& analyser() const noexcept { return analyser_; }

    /// Calls each once, for the end of the stream: what is held of an unfinished cell (may be
    /// nothing) and what the true-peak filter still holds. After it, only reset() makes sense: work
    /// on a copy to read in between. [audio]
    template <typename Each>
    void finish(Each&& each) noexcept {
        each(analyse_last());
    }

    [[nodiscard]] std::uint64_t frames() const noexcept { return first_frame_ + held_; }

    /// NaN, Inf and beyond largest_sample, taken as silence.
    [[nodiscard]] std::uint64_t non_finite_samples() const noexcept { return non_finite_samples_; }

    [[nodiscard]] const audio::Spec& spec() const noexcept { return spec_; }

    [[nodiscard]] const BridgeOptions& options() const noexcept { return options_; }

private:
    /// What a channel's windows are made of.
    struct Channel {
        SlidingCells sums{};
        SlidingCells squares{};
        std::uint64_t silent_cells = 0; ///< of the last 40, one bit each
    };

    void hold(audio::ConstAudioView part) noexcept;
    [[nodiscard]] audio::ConstAudioView held_view() noexcept;
    const Cell& analyse(audio::ConstAudioView audio, bool whole) noexcept;
    const Cell& analyse_last() noexcept;
    const Cell& place(audio::ConstAudioView audio, const CellFigures& figures, bool whole) noexcept;
    void measure_loudness(double k_power) noexcept;
    void measure_windows() noexcept;
    void step() noexcept;

    audio::Spec spec_;
    BridgeOptions options_;
    Needs needs_;
    CellAnalyser analyser_;
    std::vector<Channel> channels_;
    std::vector<ChannelCell> channel_cells_;
    SlidingCells k_power_{cells_a_short_term};
    Cell cell_;

    // What is held of an unfinished cell. Pointers are made anew for every view, so that a FrontEnd
    // can be copied.
    std::size_t most_frames_ = 0;
    std::vector<float> held_memory_;
    std::array<const float*, audio::max_channels> pointers_{};
    std::size_t held_ = 0;
    std::size_t cell_frames_ = 0;
    std::uint64_t next_number_ = 0;
    std::uint64_t first_frame_ = 0;
    std::uint64_t non_finite_samples_ = 0;
};

} // namespace gainstage::meter
