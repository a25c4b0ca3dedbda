// SPDX-License-Identifier: MIT
// Interruptions: dropouts, what an interface leaves that couldn't keep up: the sound is cut to
// exact zeros and comes back. Not edits, gates or fades, which end softly, and not clicks
// (clicks.h).
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "take/moments.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gainstage::take {

struct Interruption {
    int channel = 0;
    std::uint64_t first_frame = 0;
    std::uint64_t frames = 0;
};

using InterruptionsFound = MomentsFound<Interruption>;

/// In one pass and constant memory, each channel for itself; one in several of them counts once.
///   dropout  16 frames to 0.1 s of exact zeros, cut off and taken up again in the middle of a
///   wave:
///            the sample at either edge is at least half the RMS of the 64 around
///   in       linear, full scale 1.0; NaN and Inf are taken as silence
class Interruptions {
public:
    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    /// Everything so far. [main, not while process() runs]
    [[nodiscard]] InterruptionsFound found() const { return moments_.found(); }

private:
    static constexpr std::size_t window = 64; ///< frames looked at, a power of two

    struct Channel {
        float samples[window] = {};
        std::uint64_t position = 0;
        std::uint64_t zeros = 0;
        float before_edge = 0.0f; ///< the last sample before the zeros
        float before_rms = 0.0f;
        std::uint64_t pending_zeros = 0; ///< of a gap whose far side is being listened to
        std::uint64_t pending_end = 0;
        float after_edge = 0.0f;
    };

    std::vector<Channel> channels_;
    Moments<Interruption> moments_;
    double sample_rate_hz_ = 1.0;

    static void skip(Channel& channel, std::span<const float> in) noexcept;
    void push(Channel& channel, int index, float x) noexcept;
};

} // namespace gainstage::take
