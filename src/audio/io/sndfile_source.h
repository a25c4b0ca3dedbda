// SPDX-License-Identifier: MIT
// sndfile_source: files that libsndfile reads best: WAV, RF64, BWF, Wave64, AIFF, FLAC, CAF, AU and
// the like. Not MPEG and Ogg: see open() in source.cpp.
#pragma once

#include "audio/io/source.h"

namespace gainstage::audio::io {

/// Nothing (a null pointer) if the file is for libav: a format unknown to libsndfile or MPEG audio
/// inside; an error if libsndfile knows the format and the file is unusable.
Result<std::unique_ptr<Source>> open_with_sndfile(const std::filesystem::path& path);

} // namespace gainstage::audio::io
