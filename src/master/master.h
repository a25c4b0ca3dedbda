// SPDX-License-Identifier: MIT
// master: a mix brought to a medium's loudness under its true-peak ceiling, and proved by measuring
// the written file.
#pragma once

#include "measure/measure.h"
#include "verdict/finding.h"
#include "verdict/target.h"

#include <vector>

namespace gainstage::master {

struct Master {
    verdict::Medium medium; ///< with the target and ceiling that were asked for
    std::filesystem::path source;
    std::filesystem::path file;
    Gain drive;              ///< gain before the limiter
    Gain max_gain_reduction; ///< the most the limiter took away (positive)
    Gain
        usual_gain_reduction; ///< what it stayed below in all but the deepest hundredth of the time
    Gain mean_gain_reduction; ///< of its mean gain
    double limited_share = 0.0;    ///< share of the time in which it took more than 0.1 dB, 0..1
    bool loudness_reached = false; ///< within the medium's solve tolerance (0.1 LU)
    Dbtp true_peak_16x;            ///< of the written file, by a 16x oversampled reference
    meter::Measurement before;     ///< the mix
    meter::Measurement after;      ///< the written file, read back
    std::vector<float>
        gain_reduction_db; ///< over time, at after.history.hop_s: the most in each hop (positive)
    std::vector<verdict::Finding> findings;
};

/// One mix for one medium. `target` is the WAV to write; it gets its name only when it was read
/// back and keeps the ceiling.
///   loudness   as the medium asks, within 0.02 LU or so, unless the limiter would have to work
///   harder than the figures
///              master.max_gain_reduction_db and master.max_mean_gain_reduction_db allow: then as
///              loud as they do, and the finding master.loudness-not-reached says so. No limiter
///              where none is needed: gain alone
///   ceiling    of the written file, as meter::ReferenceTruePeak reads it: never passed
///   watch      is told the frames of every pass over the programme: four to ten times its length
///   errors     as audio::io; `target` is the mix itself
Result<Master> master(const std::filesystem::path& mix,
                      const verdict::Medium& medium,
                      const std::filesystem::path& target,
                      const verdict::Targets& targets,
                      const verdict::Rules& rules,
                      const audio::io::Watch& watch = {});

} // namespace gainstage::master
