// SPDX-License-Identifier: MIT
// trim: one gain on all channels, ramped. Clip gain, input trim and fader are all this. At 0 dB the
// audio is untouched, to the bit.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "dsp/ramp.h"
#include "units/gain.h"
#include "units/param_spec.h"

#include <atomic>
#include <vector>

namespace gainstage::process {

// clang-format off
inline constexpr ParamSpec trim_params[] = {
    // id      label    unit        min   default   max
    {"gain",   "Gain",  Unit::db,  -144.0,   0.0,   60.0},
};

// clang-format on

class Trim {
public:
    void prepare(const audio::Spec& spec); // [main, inactive] allocates; throws on an unusable Spec
    void reset() noexcept;                 // [audio] at the set gain at once
    void set_gain(
        Gain gain) noexcept; // [any] wait-free; reached within the ramp, Gain::mute() is silence
    void process(audio::AudioView block) noexcept; // [audio] in place; 0..max_frames frames

    [[nodiscard]] static constexpr int latency_frames() noexcept { return 0; }

private:
    std::atomic<float> target_lin_{1.0f};
    dsp::Ramp ramp_;
    std::vector<float> factors_;
};

} // namespace gainstage::process
