// SPDX-License-Identifier: MIT
// riff: how much sound a WAV or RF64 header promises. libsndfile quietly believes the file's length
// instead, so a truncated file would pass for a short one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace gainstage::audio::io {

struct PromisedData {
    std::uint64_t promised_bytes = 0; ///< the data chunk's size as its header says
    std::uint64_t present_bytes = 0;  ///< what the file holds of it
};

/// Nothing for a file that is no WAV or RF64, or whose writer left the size open (0 or 0xFFFFFFFF,
/// as recorders and pipes do): such a file is as long as it is.
std::optional<PromisedData> promised_data(const std::filesystem::path& path);

} // namespace gainstage::audio::io
