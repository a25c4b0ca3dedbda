// SPDX-License-Identifier: MIT
// chunks: what the headers of chunked files (WAV and its relatives, AIFF, CAF, AU) say before any
// library interprets them. libsndfile quietly believes the file's length instead of the header, so
// a truncated file would pass for a short one. Not a reader: no sound is touched.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace gainstage::audio::io {

/// A WAV's `fmt ` chunk as it is written, sensible or not.
struct WaveFormat {
    unsigned tag = 0; ///< 1 PCM, 3 float, 0x55 MPEG layer III, 0xFFFE extensible…
    int channels = 0;
    double sample_rate_hz = 0.0;
};

/// Nothing for a file that is no WAV, RF64 or BW64 or has no `fmt ` chunk.
std::optional<WaveFormat> wave_format(const std::filesystem::path& path);

/// Whether a WAV's data chunk says 0 bytes but sound follows it: a recorder that never came back to
/// write the size. (A file that is really empty ends there or goes on with other chunks.)
bool has_unfinished_data(const std::filesystem::path& path);

/// Where the sound of a plain WAV beyond 4 GB really ends, whose size field holds only the lower 32
/// bits of that, or 2^32 - 1.
struct LongData {
    std::uint64_t start = 0; ///< in the file
    std::uint64_t bytes = 0;
};

/// Nothing for all other files.
std::optional<LongData> long_data(const std::filesystem::path& path);

struct PromisedData {
    std::uint64_t promised_bytes = 0; ///< the sound's size as the header says
    std::uint64_t present_bytes = 0;  ///< what the file holds of it
};

/// For WAV, RF64, BW64, Wave64, AIFF, AIFF-C, CAF and AU, uncompressed or not; from their chunk
/// headers. Nothing for other files, and where the writer left the size open, as recorders and
/// pipes do (0, 2^32 - 1, or just below 2^31): such a file is as long as it is.
std::optional<PromisedData> promised_data(const std::filesystem::path& path);

} // namespace gainstage::audio::io
