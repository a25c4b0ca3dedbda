// SPDX-License-Identifier: MIT
// restore_depths: what flat tops are missing, by the sound around them.
#pragma once

#include "take/flat_tops.h"
#include "take/highest_peaks.h"

#include <span>

namespace gainstage::take {

/// Of one channel's tops at one level each side, whose depths are a sine's through their flanks,
/// the widest are restored (restored.h), those whose surroundings are among `above` or `below`
/// zero. Short ones are as deep as that says; of long ones it says too little, a sine too much:
/// they are as deep as both in the mean. Of no other that isn't wider more is missing than of the
/// deepest of them.
///   errs  bench/take_clipping; docs/reference/take.md
void restore_depths(std::span<FlatTop> tops,
                    const PeaksInContext& above,
                    const PeaksInContext& below);

} // namespace gainstage::take
