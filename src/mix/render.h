// SPDX-License-Identifier: MIT
// render: the plan's tracks summed to a stereo file, and the file measured. Nothing is decided
// here: what is heard is the plan's numbers, whoever wrote them.
#pragma once

#include "audio/io/watch.h"
#include "measure/measure.h"
#include "mix/plan.h"
#include "verdict/finding.h"
#include "verdict/target.h"

#include <vector>

namespace gainstage::mix {

struct RenderedMix {
    std::filesystem::path file;
    meter::Measurement measurement; ///< of the written file, read back
    std::vector<SkippedTrack>
        skipped; ///< stems that were there when the plan was made and aren't now
    std::vector<verdict::Finding> findings; ///< on the mix as written: its peak, its true peak
};

/// Renders the plan to a stereo 32-bit float WAV at the plan's rate, as long as its longest stem.
/// Deterministic to the bit on any number of threads. A stem that fails is left out whole, not cut
/// off where it failed.
///   errors  not one stem can be read, the target can't be written or is one of the stems,
///   interrupted
Result<RenderedMix> render(const Plan& plan,
                           const std::filesystem::path& target,
                           const verdict::Targets& targets,
                           const verdict::Rules& rules,
                           int threads = 0,
                           const audio::io::Watch& watch = {});

} // namespace gainstage::mix
