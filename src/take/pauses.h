// SPDX-License-Identifier: MIT
// Pauses: whether the quietest passage is noise or music. The meter of the noise floor can't know:
// it reads the quietest 400 ms, whatever they are.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "units/level.h"

#include <array>
#include <optional>

namespace gainstage::take {

/// The quietest passage of 0.4 s whose level stands still: the noise between. A decaying note's
/// doesn't: at 7.5 dB a second (60 dB in 8 s) it falls by 3 dB in 0.4 s.
///   in      linear, full scale 1.0, channels by mean power; NaN and Inf are taken as silence;
///           passages with digital silence in all channels are edits, not pauses
///   out     mathematical dBFS without DC; nothing if no passage of 0.4 s stands still
///   errs    on slower decays and on held notes: compare with the level of what is played
class Pauses {
public:
    void prepare(const audio::Spec& spec);              // [main]
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    [[nodiscard]] std::optional<DbfsRmsMath> floor() const noexcept;

private:
    static constexpr std::size_t parts = 8; // of 50 ms: 0.4 s
    static constexpr int max_channels = audio::max_channels;

    std::size_t part_frames_ = 1;
    int channels_ = 0;
    std::size_t frames_ = 0; ///< in the part so far
    std::array<double, max_channels> sums_{};
    std::array<double, max_channels> squares_{};
    std::array<double, parts> powers_{}; ///< of the last parts, a ring
    std::size_t position_ = 0;
    std::size_t parts_since_silence_ = 0;
    double least_ = 0.0;
    bool found_ = false;

    void close_part() noexcept;
};

} // namespace gainstage::take
