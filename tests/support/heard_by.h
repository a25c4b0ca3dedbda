// SPDX-License-Identifier: MIT
#pragma once

#include "support/signals.h"

#include <algorithm>
#include <vector>

namespace gainstage::test {

/// A detector of room take that has heard it: mono, in blocks of 4096 frames.
template <typename Detector>
Detector heard_by(const std::vector<float>& signal, double rate_hz) {
    constexpr std::size_t block_frames = 4096;
    Detector detector;
    detector.prepare({.sample_rate = Hertz{rate_hz},
                      .layout = audio::ChannelLayout::default_for(1),
                      .max_frames = block_frames});
    const audio::AudioBuffer buffer = planar({signal});
    for (std::size_t n = 0; n < buffer.frames(); n += block_frames) {
        detector.process(
            buffer.view().slice(n, std::min<std::size_t>(block_frames, buffer.frames() - n)));
    }
    return detector;
}

} // namespace gainstage::test
