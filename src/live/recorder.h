// SPDX-License-Identifier: MIT
// Recorder: a take to disk, so that a crash costs nothing that was there. Files that are made whole
// and only then named are audio/io's Sink; a take has no whole until it ends.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "units/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace gainstage::live {

/// A WAV of 32-bit floats (what JACK gives, so nothing is lost or clipped), RF64 beyond 4 GB.
///   crash   the header says what the file holds after every write(): when the process is killed,
///           what was written stays readable. Once a second a thread of its own has it all written
///           to the disk, for the power cut that comes without asking
///   source  EBU Tech 3306 (RF64); RIFF WAVE, Microsoft 1994
class Recorder {
public:
    /// errors  there is a file of that name (a take is never overwritten); no folder, no permission
    static Result<Recorder> create(const std::filesystem::path& file,
                                   const audio::Spec& spec,
                                   std::uint64_t rf64_from_bytes = largest_riff);

    Recorder(Recorder&& other) noexcept;
    Recorder& operator=(Recorder&& other) noexcept;
    ~Recorder(); ///< closes; the file is whole at any time

    /// errors  disk full: what was written before stays
    Status write(audio::ConstAudioView block);

    /// To disk, and closed.
    Status finish();

    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

    [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }

    /// How often it was written to the disk so far.
    [[nodiscard]] std::uint64_t syncs() const noexcept;

private:
    class Syncing;                                             // once a second
    static constexpr std::uint64_t largest_riff = 0xFFFF0000u; // 64 kB under 4 GB, for the header

    Recorder();
    [[nodiscard]] std::vector<std::uint8_t> header() const;
    Status put(const void* bytes, std::size_t count, std::uint64_t at);

    std::unique_ptr<Syncing> syncing_;
    int descriptor_ = -1;
    std::filesystem::path file_;
    std::uint32_t sample_rate_hz_ = 0;
    std::uint16_t channels_ = 0;
    std::uint64_t rf64_from_bytes_ = largest_riff;
    std::uint64_t frames_ = 0;
    std::vector<float> interleaved_;
};

} // namespace gainstage::live
