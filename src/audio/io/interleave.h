// SPDX-License-Identifier: MIT
// interleave: between planar views and the interleaved buffers that codec libraries speak.
#pragma once

#include "audio/view.h"

#include <cstddef>

namespace gainstage::audio::io {

/// One of `channels` interleaved channels.
inline void take_channel(const float* in,
                         std::size_t channels,
                         std::size_t channel,
                         std::span<float> out) noexcept {
    float* to = out.data();
    for (std::size_t n = 0; n < out.size(); ++n) {
        to[n] = in[n * channels + channel];
    }
}

/// out.frames() frames from `in`, which holds them channel by channel within a frame.
inline void deinterleave(const float* in, AudioView out) noexcept {
    const auto channels = static_cast<std::size_t>(out.channels());
    const std::size_t frames = out.frames();
    if (channels == 2) { // both at once: one pass over `in`; the most common case
        float* left = out.channel(0).data();
        float* right = out.channel(1).data();
        for (std::size_t n = 0; n < frames; ++n) {
            left[n] = in[2 * n];
            right[n] = in[2 * n + 1];
        }
        return;
    }
    for (std::size_t c = 0; c < channels; ++c) {
        take_channel(in, channels, c, out.channel(static_cast<int>(c)));
    }
}

/// The inverse; `out` has room for in.frames() * in.channels() samples.
inline void interleave(ConstAudioView in, float* out) noexcept {
    const auto channels = static_cast<std::size_t>(in.channels());
    for (std::size_t c = 0; c < channels; ++c) {
        const float* from = in.channel(static_cast<int>(c)).data();
        for (std::size_t n = 0; n < in.frames(); ++n) {
            out[n * channels + c] = from[n];
        }
    }
}

} // namespace gainstage::audio::io
