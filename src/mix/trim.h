// SPDX-License-Identifier: MIT
// trim: how much clip gain a stem takes to reach its target, and why. A pure function of what was
// measured; process::Trim is what applies such a gain live.
#pragma once

#include "meter/reading.h"
#include "units/level.h"
#include "verdict/target.h"

#include <string>

namespace gainstage::mix {

/// What decided a trim.
enum class TrimBound {
    average, ///< the active level reaches its target
    peak,    ///< the peak reaches its bound first
    limit,   ///< track.trim_max_db would be passed, up or down
    nothing  ///< silence: 0 dB
};

struct StemTrim {
    Gain gain;
    TrimBound bound = TrimBound::average;
    DbfsRms active_after; ///< AES17; silent where the stem has no average above the gate
    Dbfs peak_after;
    std::string reason; ///< one sentence with figures
};

/// The gain that brings the active level (gated RMS, AES17 convention) to
/// track.average_target_dbfs, with the sample peak at most at track.peak_max_dbfs, within
/// ±track.trim_max_db. A stem too quiet for the gate goes by its peak alone.
StemTrim trim_for(const meter::Measurement& stem, const verdict::Targets& targets);

} // namespace gainstage::mix
