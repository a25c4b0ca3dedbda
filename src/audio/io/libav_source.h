// SPDX-License-Identifier: MIT
// libav_source: files that libsndfile can't read, or not as well: AAC, ALAC, AC-3, MXF, MOV, MKV,
// WMA, MPEG audio and whatever else libavformat knows. The first audio stream; no resampling and no
// mixing of channels.
#pragma once

#include "audio/io/source.h"

namespace gainstage::audio::io {

/// Decodes one frame already: some codecs (HE-AAC) tell their true rate and channels only then.
///   errors  no sound inside, damaged, more than 64 channels, a rate out of range
Result<std::unique_ptr<Source>> open_with_libav(const std::filesystem::path& path);

} // namespace gainstage::audio::io
