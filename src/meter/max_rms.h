// SPDX-License-Identifier: MIT
// max_rms: the loudest 400 ms in plain RMS. K-weighted, it is loudness's max_momentary.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<DbfsRmsMath> max_rms{{"max_rms_dbfs", "Max RMS", "dBFS",
                                               "mathematical, highest 400 ms, without DC", 2, true,
                                               false}};

/// Highest RMS of any 400 ms, every 10 ms, each window without its DC.
///   in      linear, full scale = 1.0
///   out     mathematical dBFS; of the whole stream, by the mean of its channels' powers. -inf for
///           silence; nothing for a stream shorter than 400 ms
///   error   double rounding; windows on the 10 ms grid
class MaxRms {
public:
    static constexpr Needs needs{.windows = true};
    static constexpr const ReadingSpec* readings[] = {&max_rms};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    void read(Measurement& into) const;

private:
    bool any_ = false;
    double highest_ = 0.0;
    std::vector<double> channels_;
};

} // namespace gainstage::meter
