// SPDX-License-Identifier: MIT
// level_diagrams: the level diagrams of what was recorded, staged and mastered. They put measured
// levels and the plan's gains into LevelDiagram; level + gain -> level is all the arithmetic there
// is.
#pragma once

#include "mix/stage.h"
#include "produce/produce.h"
#include "report/level_diagram.h"
#include "take/take.h"
#include "verdict/target.h"

namespace gainstage::report {

/// recorded
LevelDiagram
take_diagram(const take::Take& take, std::string_view title, const verdict::Targets& targets);

/// The same levels three times, over the zones of a take, of a track and of a mix: what a file is
/// good for as it is.
LevelDiagram file_diagram(const meter::Measurement& measured,
                          std::string_view title,
                          const verdict::Targets& targets);

/// recorded, trimmed, in the mix. `take` (may be null) knows where an analogue stage clipped.
LevelDiagram stem_diagram(const mix::StagedTrack& track,
                          const take::Take* take,
                          Gain mix_gain,
                          const verdict::Targets& targets);

/// sum of the tracks, mix, driven into the limiter, master
LevelDiagram master_diagram(const produce::Production& production,
                            const master::Master& master,
                            const verdict::Targets& targets);

/// sum of the tracks, mix, and each medium's master
LevelDiagram mix_diagram(const produce::Production& production, const verdict::Targets& targets);

} // namespace gainstage::report
