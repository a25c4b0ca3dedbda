// SPDX-License-Identifier: MIT
// judge: what the rules (data/findings.toml, mix.*) are told about stems, staged tracks and the
// finished mix. The rules decide; this only names the facts.
#pragma once

#include "meter/reading.h"
#include "mix/session.h"
#include "mix/trim.h"
#include "verdict/finding.h"
#include "verdict/target.h"

#include <vector>

namespace gainstage::mix {

/// One finding a stem that was left out.
std::vector<verdict::Finding> judge_skipped(const std::vector<SkippedTrack>& skipped,
                                            const verdict::Targets& targets,
                                            const verdict::Rules& rules);

/// On a stem and its trim. Facts: stem_silent, non_finite_samples, channels, sample_rate_hz,
/// session_rate_hz, duration_s, percussive, active_dbfs and active_after_dbfs (AES17),
/// peak_after_dbfs, trim_db, trim_shortfall_db, peak_bound, trim_limited. A level that is silent is
/// no fact.
std::vector<verdict::Finding> judge_track(const Track& track,
                                          const meter::Measurement& stem,
                                          const StemTrim& trim,
                                          Hertz session_rate,
                                          const verdict::Targets& targets,
                                          const verdict::Rules& rules);

/// On the mix as written. Facts: every reading of the bridge by its key, mix_silent,
/// peak_outside_zone, gain_to_zone_db, true_peak_excess_db (over mix.true_peak_max_dbtp),
/// duration_s.
std::vector<verdict::Finding> judge_mix(const meter::Measurement& mix,
                                        const verdict::Targets& targets,
                                        const verdict::Rules& rules);

} // namespace gainstage::mix
