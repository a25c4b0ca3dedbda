// SPDX-License-Identifier: MIT
// advice: the zone that a take's levels lie in, and the smallest change of gain that brings them
// into the green. Says nothing about noise or hum: gain doesn't change their distance.
#pragma once

#include "units/level.h"
#include "verdict/target.h"
#include "verdict/zone.h"

namespace gainstage::take {

/// What was recorded, as far as the gain is concerned.
struct RecordedLevels {
    Dbfs peak;       ///< sample peak
    DbfsRms average; ///< active level, AES17
    bool clipped_digital = false;
    bool clipped_analogue = false; ///< before the converter, at whatever level that shows now
    Gain missing; ///< on top of what clipped, estimated (ClippingFound::depth); 0 dB: unknown
    bool over_is_safe = false; ///< the format holds peaks above 0 dBFS
};

struct Advice {
    verdict::Zone zone = verdict::Zone::target;
    Gain gain_change; ///< at the preamp; 0 dB in the green
};

/// The rule. Figures: recording.*
///   red     clipped, or a peak of 0 dBFS and more in a format that doesn't hold it. Peaks go down
///   to 1 dB under peak_max: from
///           where they are if the file clipped, by the same step from the clip point if a stage
///           before the converter did (its peaks are at its own full scale, wherever that shows);
///           and by what is missing on top, which is an estimate: so this is the least
///   yellow  peak above peak_max: down to 1 dB under it
///   blue    peak under peak_min and average under `average`: up to 1 dB over whichever is nearer
///   green   the rest. A steady source may be there by its average, with its peak under peak_min;
///           the peak decides for all others, because an average near -18 dBFS can't be had from a
///           source with sharp attacks
/// Silence is blue, and no gain is advised.
Advice advise(const RecordedLevels& levels, const verdict::Targets& targets);

} // namespace gainstage::take
