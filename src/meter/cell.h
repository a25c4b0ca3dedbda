// SPDX-License-Identifier: MIT
// Cell: 10 ms of a stream and what the front end found in it. Every meter is shown the same cells,
// so what several of them need is computed once; a meter that needs the samples themselves finds
// them here too, still in the cache.
#pragma once

#include "audio/view.h"
#include "units/quantity.h"

#include <cstdint>
#include <optional>
#include <span>

namespace gainstage::meter {

/// The grid on which windows move. A 100 ms grid fails EBU Tech 3341 cases 13 and 14 by up to 0.45
/// LU; 10 ms is exact there.
inline constexpr int cells_a_second = 100;
inline constexpr int cells_a_hop =
    10; ///< 100 ms: BS.1770 gating blocks and short-term values step by it
inline constexpr int cells_a_block = 40;       ///< 400 ms: a gating block, the momentary window
inline constexpr int cells_a_short_term = 300; ///< 3 s

/// The frame at which cell `number` begins: to the nearest sample, so rates that are no multiple of
/// 100 Hz don't drift.
inline std::uint64_t cell_start(std::uint64_t number, Hertz sample_rate) noexcept {
    // not llround: this is asked for several times a cell
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(
        static_cast<double>(number) * sample_rate.value() / cells_a_second + 0.5));
}

/// What the front end computes for a meter. Sample peak and sums come always.
struct Needs {
    bool loudness = false;  ///< K-weighted power in windows
    bool true_peak = false; ///< ChannelCell::true_peak, where it is the stream's highest so far
    bool true_peak_hops = false; ///< that of every 100 ms
    bool windows = false;        ///< ChannelCell::block_power and its companions

    friend constexpr Needs operator|(Needs a, Needs b) noexcept {
        return {a.loudness || b.loudness, a.true_peak || b.true_peak,
                a.true_peak_hops || b.true_peak_hops, a.windows || b.windows};
    }
};

/// One channel's part of a cell. Linear, full scale = 1.0.
struct ChannelCell {
    float sample_peak = 0.0f;
    /// Of the curve through the samples, 32 frames late (0.67 ms at 48 kHz), in cells that end 100
    /// ms: their highest point, with true_peak alone only if it is the stream's so far. Otherwise
    /// 0.
    float true_peak = 0.0f;
    std::int64_t true_peak_frame = 0; ///< where, from the cell's first frame; before it, as a rule
    double sum = 0.0;
    double sum_of_squares = 0.0;
    double block_power =
        0.0; ///< AC power (variance) of the 400 ms that end with this cell; once Cell::block_full
    bool block_has_silence =
        false; ///< a whole cell of those 400 ms is zero in this channel: a gap, not noise
};

struct Cell {
    audio::ConstAudioView audio; ///< finite samples; may be empty in a stream's last cell
    std::span<const ChannelCell> channels;
    double pair_product = 0.0; ///< sum of left * right, for two channels and more
    /// Weighted sum of the channels' K-weighted power, times frames. In the last cell of a stream
    /// under 400 ms with what the filters ring on.
    double k_power = 0.0;

    std::uint64_t number = 0; ///< on the grid, from 0
    std::uint64_t first_frame = 0;
    bool whole = true; ///< false: what is left at the end of the stream. Windows don't move on it

    // Weighted sum of the channels' K-weighted power, BS.1770-5 Annex 1 equation (3), over windows
    // that end with this cell; absent until the stream fills one.
    std::optional<double> momentary_power;
    std::optional<double> short_term_power;

    /// A 100 ms hop ends with this cell.
    [[nodiscard]] bool ends_hop() const noexcept {
        return whole && (number + 1) % cells_a_hop == 0;
    }

    /// There are 400 ms up to the end of this cell.
    [[nodiscard]] bool block_full() const noexcept { return whole && number + 1 >= cells_a_block; }

    [[nodiscard]] std::uint64_t frames() const noexcept { return audio.frames(); }
};

} // namespace gainstage::meter
