// SPDX-License-Identifier: MIT
// Glitches: what an interface does to a sound when it can't keep up: dropouts, repeated buffers,
// clicks. The same for a file that was recorded and for what comes in now; what it finds is of the
// sound, not of the device's own reports (xruns).
#pragma once

#include "take/clicks.h"
#include "take/interruptions.h"
#include "take/repeated_buffers.h"
#include "verdict/finding.h"

#include <span>
#include <string_view>

namespace gainstage::take {

struct GlitchesFound {
    InterruptionsFound dropouts;
    RepeatedBuffersFound repeated_buffers;
    ClicksFound clicks; ///< but for those that clipping made

    [[nodiscard]] bool empty() const noexcept {
        return dropouts.count + repeated_buffers.count + clicks.count == 0;
    }
};

/// In one pass and constant memory.
class Glitches {
public:
    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    /// Everything so far. [main, not while process() runs]
    ///   over_is_safe  samples beyond full scale aren't clipped (Take::over_full_scale): clicks
    ///                 beside them count
    [[nodiscard]] GlitchesFound found(bool over_is_safe) const;

private:
    Interruptions interruptions_;
    RepeatedBuffers repeated_buffers_;
    Clicks clicks_;
};

/// Without the clicks within 5 ms of where it clipped (in order of time): a top that was cut off
/// isn't what was to be expected there, either, and one thing is said once.
void leave_out_clipped(ClicksFound& clicks, std::span<const Seconds> clipped, Hertz sample_rate);

/// What the rules are told (data/findings.toml): dropouts, repeated_buffers, clicks.
void add_facts(const GlitchesFound& found, verdict::Facts& facts);

/// And what their sentences say: dropout_times, repeat_times, click_times.
void add_words(const GlitchesFound& found, Hertz sample_rate, verdict::Words& words);

} // namespace gainstage::take
