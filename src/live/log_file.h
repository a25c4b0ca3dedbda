// SPDX-License-Identifier: MIT
// LogFile: readings over time, a row each 0.1 s as it happens: CSV, or JSON lines if the name ends
// in .json or .jsonl. What is written is there, whatever happens next.
#pragma once

#include "ballistics/rack.h"
#include "units/result.h"

#include <filesystem>
#include <span>
#include <string_view>

namespace gainstage::live {

/// So far.
struct LogCounts {
    std::uint64_t clips = 0;
    std::uint64_t dropouts = 0;
    std::uint64_t repeated_buffers = 0;
    std::uint64_t clicks = 0;
    std::uint64_t cut_off_peaks = 0; ///< before the converter
};

class LogFile {
public:
    /// errors  there is a file of that name; no folder, no permission
    static Result<LogFile> create(const std::filesystem::path& file);

    LogFile(LogFile&& other) noexcept;
    LogFile& operator=(LogFile&& other) noexcept;
    ~LogFile();

    /// Silence is -inf in CSV and null in JSON; what can't be measured is empty and null.
    ///   errors  disk full
    Status header(std::span<const ballistics::Shown> shown);
    Status row(Seconds time, std::span<const ballistics::Shown> shown, const LogCounts& counts);

private:
    LogFile() = default;
    Status put(std::string_view text);

    int descriptor_ = -1;
    bool is_json_ = false;
    std::filesystem::path file_;
};

} // namespace gainstage::live
