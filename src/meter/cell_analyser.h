// SPDX-License-Identifier: MIT
// CellAnalyser: what a cell's own samples give: peaks, sums, K-weighted power, true peak. Nearly
// all of a meter's work, and none of it needs more of the past than 0.1 s; what does is the
// FrontEnd's.
#pragma once

#include "audio/buffer.h"
#include "audio/spec.h"
#include "dsp/k_weighting.h"
#include "dsp/true_peak_detector.h"
#include "meter/cell.h"
#include "meter/options.h"

#include <array>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace gainstage::meter {

/// Of all channels together.
struct CellFigures {
    double pair_product = 0.0; ///< sum of left * right, for two channels and more
    double k_power = 0.0;      ///< weighted sum of the channels' K-weighted power, times frames
};

class CellAnalyser {
public:
    /// Beyond this (740 dB over full scale) a sample is taken for Inf: its square, filtered, would
    /// no longer be a number.
    static constexpr float largest_sample = 1e37f;

    void prepare(const audio::Spec& spec,
                 const BridgeOptions& options,
                 Needs needs); // [main] throws std::invalid_argument
    void reset() noexcept;     // [audio]

    /// The next cell. `audio` is finite afterwards: if it wasn't, it is a copy, valid until the
    /// next call. Fills `channels`, but for what is said of windows. [audio]
    CellFigures analyse(audio::ConstAudioView& audio,
                        bool whole,
                        bool ends_hop,
                        std::span<ChannelCell> channels) noexcept;

    /// Only fills the K-weighting's memory, for a third of the work. The true peak's needs an
    /// analyse() of the cell before the first that counts. [audio]
    void run_in(audio::ConstAudioView audio, std::span<ChannelCell> scratch) noexcept;

    /// CellFigures::k_power of the 0.1 s of silence that follow the stream's end. [audio]
    [[nodiscard]] double k_power_of_ringing() noexcept;

    /// NaN, Inf and beyond largest_sample since the last call, taken as silence. [audio]
    std::uint64_t take_non_finite_samples() noexcept {
        return std::exchange(non_finite_samples_, 0);
    }

    [[nodiscard]] std::size_t channels() const noexcept { return channels_.size(); }

private:
    struct Channel {
        dsp::KState k_state{};
        dsp::TruePeakDetector detector{};
        float true_peak_floor = 0.0f; ///< the stream's largest so far, where that will do
        double weight = 1.0;
    };

    /// sums() of `audio`, which is finite afterwards as in analyse().
    double finite_sums(audio::ConstAudioView& audio, std::span<ChannelCell> channels) noexcept;
    [[nodiscard]] double sums(audio::ConstAudioView audio,
                              std::span<ChannelCell> channels) const noexcept;
    audio::ConstAudioView without_non_finite(audio::ConstAudioView audio) noexcept;
    double k_power(audio::ConstAudioView audio) noexcept;
    void true_peaks(audio::ConstAudioView audio,
                    bool whole,
                    bool ends_hop,
                    std::span<ChannelCell> channels) noexcept;

    Needs needs_;
    dsp::KWeightedPower k_weighted_;
    std::vector<Channel> channels_;
    std::uint64_t non_finite_samples_ = 0;
    std::size_t unsearched_frames_ = 0; ///< for true peaks, since the last search

    // A cell cleaned of what is no number. Pointers are made anew for every view, so that it can be
    // copied.
    std::size_t most_frames_ = 0;
    std::vector<float> clean_memory_;
    std::array<const float*, audio::max_channels> pointers_{};
};

/// A stretch of whole cells, analysed by itself.
struct AnalysedStretch {
    std::uint64_t first_cell = 0;
    audio::AudioBuffer audio;     ///< finite
    std::size_t audio_offset = 0; ///< where its first cell begins
    std::vector<CellFigures> cells;
    std::vector<ChannelCell> channel_cells; ///< one after the other for each cell
    std::uint64_t non_finite_samples = 0;
    std::optional<CellAnalyser> behind; ///< as it stands behind the last cell: for what follows
};

/// Cells of 10 ms that a filter needs before its output is that of a stream that it has heard from
/// the start: 100 ms; what the K-weighting remembers from before them is 200 dB down.
inline constexpr std::size_t run_in_cells = cells_a_hop;

/// `frames` as a stretch, in `audio`, which has the room. It begins at cell `first_cell`, a
/// multiple of cells_a_hop; with `run_in` of those cells left out of the result, which only fill
/// the filters. read(part of audio) fills the next 100 ms, which are analysed while they are in the
/// cache; false ends the stretch there.
///   error   against the same stretch within its stream: 1e-9 of each K-weighted power and less;
///   all
///           else is the same to the bit
AnalysedStretch analyse_stretch(CellAnalyser analyser,
                                Hertz sample_rate,
                                audio::AudioBuffer audio,
                                std::size_t frames,
                                std::uint64_t first_cell,
                                std::size_t run_in,
                                const std::function<bool(audio::AudioView)>& read);

} // namespace gainstage::meter
