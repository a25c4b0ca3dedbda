// SPDX-License-Identifier: MIT
// stage: the stager. Measures every stem once, trims each to its target on active signal with the
// peak bound, and finds the one common gain that puts the mix's peak in its zone. Rendering is
// apart, from the plan alone.
#pragma once

#include "audio/io/watch.h"
#include "measure/measure.h"
#include "mix/render.h"
#include "verdict/finding.h"
#include "verdict/target.h"

namespace gainstage::mix {

/// A track before and after its trim, for the level diagram.
struct StagedTrack {
    PlannedTrack planned;
    meter::Measurement before; ///< the stem's
    DbfsRms active_after;      ///< active level after the trim (AES17)
    Dbfs peak_after;           ///< sample peak after the trim
    DbfsRms active_at_mix;     ///< after fader and mix gain, before pan
    Dbfs peak_at_mix;
};

struct Staging {
    Plan plan;
    std::vector<StagedTrack> tracks;
    std::vector<SkippedTrack> skipped;
    Dbfs expected_mix_peak;      ///< sample peak of the mix as planned
    Dbtp expected_mix_true_peak; ///< its true peak
    std::vector<verdict::Finding> findings;
};

/// Measures the stems (`threads` 0: as many as the machine has) and plans. Writes nothing.
///   errors  not one stem can be read; interrupted
Result<Staging> stage(const Session& session,
                      const verdict::Targets& targets,
                      const verdict::Rules& rules,
                      int threads = 0,
                      const audio::io::Watch& watch = {});

/// The same from measurements that were made already: one a track, in the session's order.
Result<Staging> stage(const Session& session,
                      std::vector<Result<measure::MeasuredFile>> measured,
                      const verdict::Targets& targets,
                      const verdict::Rules& rules,
                      int threads = 0,
                      const audio::io::Watch& watch = {});

} // namespace gainstage::mix
