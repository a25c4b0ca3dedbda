// SPDX-License-Identifier: MIT
// active_rms: the RMS of what is played, without the pauses. What a stem's gain is staged by.
#pragma once

#include "meter/gate_histogram.h"
#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<DbfsRmsMath> active_rms{
    {"active_rms_dbfs", "Active RMS", "dBFS",
     "mathematical RMS gated as ITU-R BS.1770-5, unweighted, without DC"}};

/// RMS of the blocks of 400 ms, one each 100 ms, that pass two gates: -70 dBFS, then 10 dB below
/// the mean power of those left. DC doesn't count: each block's power is its variance.
///   in      linear, full scale = 1.0
///   out     mathematical dBFS; channels by mean power. -inf if no block passes. A stream shorter
///   than 400 ms: its ungated RMS error   as GateHistogram source  the gating of ITU-R BS.1770-5
///   Annex 1, with neither K-weighting nor channel weights
class ActiveRms {
public:
    static constexpr Needs needs{.windows = true};
    static constexpr const ReadingSpec* readings[] = {&active_rms};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] DbfsRmsMath value() const noexcept;
    void read(Measurement& into) const;

private:
    struct Total {
        double sum = 0.0;
        double sum_of_squares = 0.0;
    };

    [[nodiscard]] double whole_power() const noexcept;

    GateHistogram blocks_;
    bool block_seen_ = false;
    std::uint64_t frames_ = 0;
    std::vector<Total> totals_; ///< for a stream too short for a block
};

} // namespace gainstage::meter
