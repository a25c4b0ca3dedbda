// SPDX-License-Identifier: MIT
// CutPeaks: whether the highest samples of a stream lie lower than the sound around them says they
// must: what a stage cut off is restored, and compared. It finds single samples that were cut, in
// sounds of which one sample follows from the others; not in noise, which has no such rule.
#pragma once

#include "take/restored.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

/// Samples side by side that were cut off.
struct CutRun {
    std::uint64_t first_frame = 0;
    std::size_t frames = 0;
    Gain depth; ///< what is missing on top, as restored; 0 to 24 dB
    const PeakInContext* peak = nullptr;
};

struct CutPeaksFound {
    float level = 0.0f;       ///< the highest sample's
    std::vector<CutRun> runs; ///< in order of time; of many only some are looked at
    static constexpr bool may_be_limiter = false; ///< its peaks follow from what is around them
};

/// What lies within 0.2 % of the highest sample (0.6, 2 and 6 % if that finds nothing: noise on
/// top, another rate since) is taken out and restored by least squares from an autoregressive model
/// of the 512 samples around it, 11 ms at 48 kHz (autoregressive.h).
/// A peak was cut if what is restored lies above by more than the model errs, and by more than it
/// errs at the peaks that are too low to have been cut. A limiter's peaks follow from what is
/// around them, and so do those of a loud or a repeated sound. The pointers in the answer are into
/// `peaks`.
///   found, alarms  bench/take_clipping; docs/reference/take.md
[[nodiscard]] std::optional<CutPeaksFound> find_cut_peaks(std::span<const PeakInContext> peaks,
                                                          SidesOfZero sides);

} // namespace gainstage::take
