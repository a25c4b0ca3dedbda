// SPDX-License-Identifier: MIT
// sndfile_source: files that libsndfile reads: WAV, RF64, AIFF, FLAC, Ogg Vorbis, Opus, MP3 and
// others.
#pragma once

#include "audio/io/source.h"

namespace gainstage::audio::io {

/// Nothing (a null pointer) if libsndfile doesn't know the format; an error if it does and the file
/// is unusable.
Result<std::unique_ptr<Source>> open_with_sndfile(const std::filesystem::path& path);

} // namespace gainstage::audio::io
