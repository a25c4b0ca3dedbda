// SPDX-License-Identifier: MIT
// measured: a signal through the bridge, in one call.
#pragma once

#include "meter/bridge.h"
#include "support/signals.h"

#include <algorithm>

namespace gainstage::test {

struct MeasureOptions {
    double rate_hz = 48000.0;
    std::size_t block_frames = 4096;
    meter::BridgeOptions bridge = {};
};

inline meter::Measurement measured(audio::ConstAudioView audio,
                                   const audio::ChannelLayout& layout,
                                   const MeasureOptions& options = {}) {
    meter::Bridge bridge;
    bridge.prepare({.sample_rate = Hertz{options.rate_hz},
                    .layout = layout,
                    .max_frames = static_cast<int>(options.block_frames)},
                   options.bridge);
    for (std::size_t at = 0; at < audio.frames(); at += options.block_frames) {
        bridge.process(audio.slice(at, std::min(options.block_frames, audio.frames() - at)));
    }
    return bridge.measurement();
}

inline meter::Measurement measured(const audio::AudioBuffer& audio,
                                   const MeasureOptions& options = {}) {
    return measured(audio.view(), audio::ChannelLayout::default_for(audio.channels()), options);
}

} // namespace gainstage::test
