// SPDX-License-Identifier: MIT
// Spec: what a meter or processor is told before it runs.
#pragma once

#include "audio/layout.h"
#include "units/quantity.h"

namespace gainstage::audio {

struct Spec {
    Hertz sample_rate{48000.0};                           ///< 8 kHz to 768 kHz
    ChannelLayout layout = ChannelLayout::default_for(2); ///< 1 to max_channels channels
    int max_frames = 512; ///< the largest block process() will be given

    [[nodiscard]] int channels() const noexcept { return layout.channels(); }
};

/// The rates everything must work at.
inline constexpr Hertz lowest_sample_rate{8000.0};
inline constexpr Hertz highest_sample_rate{768000.0};

} // namespace gainstage::audio
