// SPDX-License-Identifier: MIT
// Clicks: one to eight wrong samples in a wave, and jumps of the wave: samples that were lost or
// came twice (an overrun, a slipped clock, an edit, a scratch). Not dropouts (interruptions.h), and
// no repair.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "take/full_scale_runs.h"
#include "take/moments.h"
#include "units/level.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gainstage::take {

enum class ClickKind {
    wrong_samples, ///< and the wave goes on as it would have without them
    jump,          ///< and the wave goes on from somewhere else
};

struct Click {
    ClickKind kind = ClickKind::wrong_samples;
    int channel = 0;               ///< the first of those that click at that moment
    std::uint64_t first_frame = 0; ///< that is wrong
    std::uint64_t frames = 0;      ///< wrong ones; 0 for a jump
    Dbfs height;                   ///< from what was to be expected there
};

using ClicksFound = MomentsFound<Click>;

namespace detail {

/// What the gate hears in a hop: the highest that it mispredicts, and where.
struct Surprise {
    float height = 0.0f;
    std::uint32_t frame = 0;
};

} // namespace detail

/// In one pass and constant memory, each channel for itself; one in several of them counts once. A
/// gate, a linear prediction of order 16, looks for moments that surprise it more than those
/// around. What opens it is predicted with order 32 from the 20 ms before and after.
///   finds    what that misses by 8 (wrong samples; a single one: 6) to 12 times (a jump) the worst
///   it misses in 40 ms
///            before and after, and that prediction from either side alone fits the other, too
///   not      a note's onset: what comes after is something else; the pulses of a voice, the edges
///            of a square wave: there are more of them; a cut to silence; anything in the first and
///            last 60 ms, or where it is softer than -60 dBFS; heights under 0.5 % (a jump: 2 %) of
///            the peak around
///   misses   clicks in what is noise itself (cymbals, consonants), in speech at 8 kHz, and those
///            within 40 ms of each other
///   in       linear, full scale 1.0; NaN and Inf are taken as silence
class Clicks {
public:
    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    /// Everything so far. [main, not while process() runs]
    ///   over_is_safe  samples beyond full scale aren't clipped: clicks beside them count, too
    [[nodiscard]] ClicksFound found(bool over_is_safe = false) const;

private:
    struct Channel {
        std::vector<float> samples;              ///< a ring
        std::vector<detail::Surprise> surprises; ///< of each hop, a ring
        std::uint64_t position = 0;
        std::uint64_t deaf_until = 0; ///< a click was found there already
    };

    std::vector<Channel> channels_;
    FullScaleRuns full_scale_;
    Moments<Click> moments_;
    Moments<Click> clipped_;       ///< beside full-scale runs, which may have made them
    std::size_t hop_ = 1;          ///< frames that the gate decides about at once
    std::size_t side_hops_ = 1;    ///< heard before and after
    std::size_t fit_frames_ = 1;   ///< of them, predicted from
    std::vector<float> window_;    ///< of the gate's prediction
    std::vector<double> segment_;  ///< judge()'s
    std::vector<double> residual_; ///< judge()'s

    void push(Channel& channel, int index, std::span<const float> in) noexcept;
    void end_block(Channel& channel, int index) noexcept;
    [[nodiscard]] bool opens(const Channel& channel, std::uint64_t centre) const noexcept;
    void judge(Channel& channel, int index, std::uint64_t centre) noexcept;
};

} // namespace gainstage::take
