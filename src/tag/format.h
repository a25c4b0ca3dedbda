// SPDX-License-Identifier: MIT
// format: which of the formats with known places for loudness a file is, by its first bytes.
#pragma once

#include "tag/file_edit.h"

#include <optional>

namespace gainstage::tag {

enum class Format {
    flac,
    ogg_vorbis,
    ogg_opus,
    ogg_flac,
    ogg_speex,
    mpeg,
    mp4,
    wavpack,
    asf,
    aiff,
    wave ///< RIFF, RF64, BW64
};

/// Nothing for all others.
std::optional<Format> format_of(const FileEdit& file);

/// "Ogg Opus", for people.
const char* name(Format format) noexcept;

} // namespace gainstage::tag
