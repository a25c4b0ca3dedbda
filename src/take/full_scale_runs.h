// SPDX-License-Identifier: MIT
// FullScaleRuns: whether any channel clipped at full scale about a moment that has just gone by.
// How often and where in all is meter/clipped_runs.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"

#include <array>
#include <cstdint>
#include <vector>

namespace gainstage::take {

/// Remembers the beginnings of runs for a second, to the millisecond. A run is the meter's: three
/// samples and more.
class FullScaleRuns {
public:
    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio]

    /// A run begins within 5 ms of that frame. [audio]
    [[nodiscard]] bool is_near(std::uint64_t frame) const noexcept;

private:
    static constexpr std::uint64_t remembered_ms = 1024;

    struct Channel {
        std::uint64_t open_frames = 0; ///< of the run that the last sample belongs to
    };

    [[nodiscard]] std::uint64_t ms_of(std::uint64_t frame) const noexcept {
        return frame * 1000 / rate_hz_; // 64 bits: for 800 years at 768 kHz
    }

    std::vector<Channel> channels_;
    std::array<std::uint64_t, remembered_ms>
        begins_{}; ///< of a ms in which one begins, its number + 1
    std::uint64_t rate_hz_ = 48000;
    std::uint64_t frames_ = 0;
};

} // namespace gainstage::take
