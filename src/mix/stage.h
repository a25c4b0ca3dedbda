// SPDX-License-Identifier: MIT
// stage: the stager. Measures every stem once, trims each to its target on active signal with the peak bound, and finds the one
// common gain that puts the mix's peak in its zone. Rendering is apart, from the plan alone.
#pragma once

#include "audio/io/watch.h"
#include "measure/measure.h"
#include "mix/plan.h"
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

/// A stem that can't be read doesn't stop the others.
struct SkippedTrack {
    Track track;
    Error error;
};

struct Staging {
    Plan plan;
    std::vector<StagedTrack> tracks;
    std::vector<SkippedTrack> skipped;
    Dbfs expected_mix_peak; ///< sample peak of the mix as planned
    std::vector<verdict::Finding> findings;
};

/// Measures the stems (`threads` 0: as many as the machine has) and plans. Writes nothing.
Result<Staging> stage(const Session& session,
                      const verdict::Targets& targets,
                      const verdict::Rules& rules,
                      int threads = 0,
                      const audio::io::Watch& watch = {});

struct RenderedMix {
    std::filesystem::path file;
    meter::Measurement measurement; ///< of the written file
    std::vector<SkippedTrack> skipped;
};

/// Renders the plan to a stereo 32-bit float WAV at the plan's rate. Deterministic to the bit on any number of threads.
Result<RenderedMix> render(const Plan& plan,
                           const std::filesystem::path& target,
                           int threads = 0,
                           const audio::io::Watch& watch = {});

} // namespace gainstage::mix
