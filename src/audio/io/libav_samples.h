// SPDX-License-Identifier: MIT
// libav_samples: decoded frames in any of libav's sample formats as planar float. No resampling, no
// mixing of channels.
#pragma once

#include "audio/view.h"

struct AVFrame;

namespace gainstage::audio::io {

/// Frames [first, first + out.frames()) of `frame` into `out`, which has its channels. Integers are
/// scaled by 2^(1 - bits), so that full scale is 1.0; 8, 16 and 24 bits are exact, 32 and more are
/// rounded to float.
///   returns false for a sample format that doesn't exist yet (libav 59 has twelve, all handled)
[[nodiscard]] bool to_planar(const AVFrame& frame, std::size_t first, AudioView out) noexcept;

} // namespace gainstage::audio::io
