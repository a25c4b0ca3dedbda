// SPDX-License-Identifier: MIT
// clipped_runs: consecutive samples at full scale. Clipping below full scale (an analogue stage
// before the converter) is found by room take.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<std::uint64_t> clipped_runs{
    {"clipped_runs", "Clipped runs", "", "3 or more samples at full scale in a row", 0, true}};

/// Runs of at least 3 consecutive samples with |x| >= 32767/32768 in one channel. That is the
/// largest positive code of 16 bit, so it takes in both ends of every integer format, and float
/// samples at or beyond full scale.
///   in      linear, full scale = 1.0
///   out     number of runs, of all channels; where the first 256 are. A run still open at the end
///   counts error   24-bit material within 0.0003 dB of full scale counts as at it source  3 in a
///   row is the common default of editors and quality control; CD mastering on PCM-1630 called 4 an
///   over
class ClippedRuns {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&clipped_runs};
    static constexpr float threshold = 32767.0f / 32768.0f;
    static constexpr std::uint64_t least_frames = 3;
    static constexpr std::size_t most_listed = 256;

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] std::uint64_t value() const noexcept;
    [[nodiscard]] std::uint64_t channel(int index) const noexcept;
    void read(Measurement& into) const;

private:
    struct Channel {
        std::uint64_t runs = 0;
        std::uint64_t open_frames = 0; ///< length so far of the run that the last sample belongs to
        std::size_t listed_at =
            most_listed; ///< the open run's place in the list; most_listed: none
    };

    void scan(const Cell& cell, int channel) noexcept;

    std::vector<Channel> channels_;
    std::vector<ClippedRun> listed_;
};

} // namespace gainstage::meter
