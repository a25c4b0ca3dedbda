// SPDX-License-Identifier: MIT
// Playback: from full scale to the ear, or into a re-amped amplifier: the volume that gives the
// level that was asked for, and the loudest there can be. Nothing is enumerated here: what is
// plugged in is known.
#pragma once

#include "circuit/solver.h"

namespace gainstage::circuit {

PlaybackSolution
solve_playback(const PlaybackSpec& spec, DbfsRms average, Dbfs peak, double temperature_k);

} // namespace gainstage::circuit
