// SPDX-License-Identifier: MIT
// scan: the audio files that a command line's words stand for.
#pragma once

#include "units/result.h"

#include <filesystem>
#include <vector>

namespace gainstage::audio::io {

/// Whether a file found in a folder is taken for sound: by its extension, any case. Hidden files
/// never are.
bool looks_like_audio(const std::filesystem::path& path);

/// Files as named; folders by what looks like audio in them and below, sorted; words with * ? [ ]
/// that name no file as shell patterns. In the order of `named`, each file once. A name that isn't
/// there stays in: opening it says so.
///   errors  a folder or pattern without audio files, a folder that can't be read
Result<std::vector<std::filesystem::path>>
collect_audio_files(const std::vector<std::filesystem::path>& named);

} // namespace gainstage::audio::io
