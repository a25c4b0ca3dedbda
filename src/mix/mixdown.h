// SPDX-License-Identifier: MIT
// mixdown: the plan's tracks, decoded side by side and summed in the plan's order, block by block
// in constant memory. It knows neither files to write nor meters: what becomes of the sum is its
// listener's business.
#pragma once

#include "audio/io/watch.h"
#include "audio/view.h"
#include "mix/plan.h"
#include "units/result.h"

#include <vector>

namespace gainstage::mix {

/// Hears the sum.
class MixListener {
public:
    virtual ~MixListener() = default;

    /// Before the first block; and again, forgetting everything, when the sum starts over without a
    /// stem that failed.
    virtual Status begin() = 0;

    /// The next frames, left and right; at most mixdown_block_frames.
    virtual Status hear(audio::ConstAudioView stereo) = 0;
};

inline constexpr std::size_t mixdown_block_frames = 16384;

/// Plays the whole plan, as long as its longest stem. Each track is its stem, at the plan's rate
/// (resampled where it has another), folded to stereo, times trim + fader + mix gain; sums in
/// double, the same to the bit on any number of threads. Non-finite samples are silence. A stem
/// that fails, even at its last block, is left out from the start.
///   out     the stems that were left out
///   errors  not one stem can be read; what the listener returns; interrupted
Result<std::vector<SkippedTrack>> mix_down(const Plan& plan,
                                           MixListener& listener,
                                           int threads = 0,
                                           const audio::io::Watch& watch = {});

/// The stem's file: plan.folder / track.file.
std::filesystem::path stem_of(const Plan& plan, const PlannedTrack& track);

} // namespace gainstage::mix
