// SPDX-License-Identifier: MIT
// sounding: a recording made to sound as if it had come through a chain: its response, its noise,
// its clipping, its converter. What the chain is, `circuit` says; what is heard is measured by
// `meter` like anything else.
#pragma once

#include "audio/io/sink.h"
#include "audio/io/source.h"
#include "audio/io/watch.h"
#include "circuit/path.h"
#include "dsp/clip_curve.h"

#include <optional>
#include <vector>

namespace gainstage::sounding {

using dsp::ClipShape;

/// Where a stage's clip point lies: behind it, or before it (at its input).
struct ClipPoint {
    std::size_t stage = 0;
    bool at_input = false;
    Dbu level; ///< of the largest sine
    ClipShape shape = ClipShape::hard;
};

/// Every clip point that the path's stages have, all hard.
std::vector<ClipPoint> clip_points(const circuit::Path& path);

struct Chain {
    circuit::Path path;            ///< ends where the recording is made
    std::vector<ClipPoint> clips;  ///< in the order of the stages
    Dbu source;                    ///< the sine at the source (open circuit) that 0 dBFS of the dry
                                   ///< recording stands for
    Dbu full_scale;                ///< the sine behind the last stage that reads 0 dBFS
    std::optional<Seconds> jitter; ///< RMS, white
    bool is_float = false;         ///< the converter has no full scale to clip at
    float dry_peak = 1.0f;         ///< largest sample of the dry recording, linear
    bool is_silent = false;        ///< no signal: only what the chain adds
};

/// What happened on the way.
struct Sounded {
    std::uint64_t frames = 0;
    std::vector<std::size_t> clipped;  ///< indices of Chain::clips that had to bend something
    std::uint64_t clipped_samples = 0; ///< at the converter
};

/// `dry` through the chain into `wet`, which has the same rate, channels and length. Each channel
/// goes through a chain of its own with noise of its own; the same input gives the same output.
///   method  between two clip points that the signal can reach, one FFT filter of 1/3 s; those that
///           it can't reach by the filters' peak gain are left out. A clip point bends at four
///           times the rate (dsp::OversampledClip); several with nothing but gain between them bend
///           once. Between others the band ends at half the rate
///   noise   20 Hz to 20 kHz, the band that its figures are for, added before the converter
///   note    dither and word length are `wet`'s
///   errors  those of `dry` and `wet`; interrupted
Result<Sounded> sound(std::unique_ptr<audio::io::Source> dry,
                      audio::io::Sink& wet,
                      const Chain& chain,
                      const audio::io::Watch& watch = {});

} // namespace gainstage::sounding
