// SPDX-License-Identifier: MIT
// flac_source: native FLAC by libFLAC itself, which is a third faster than through libsndfile. FLAC
// in Ogg is libsndfile's.
#pragma once

#include "audio/io/source.h"

namespace gainstage::audio::io {

/// Nothing (a null pointer) if the file doesn't begin as FLAC or has no usable header; an error if
/// its shape is out of range.
Result<std::unique_ptr<Source>> open_with_flac(const std::filesystem::path& path,
                                               const OpenOptions& options);

} // namespace gainstage::audio::io
