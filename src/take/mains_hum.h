// SPDX-License-Identifier: MIT
// MainsHum: 50 or 60 Hz and its harmonics, under whatever else there is. Not a meter of low
// frequencies: a bass note is music, and only what is always there, at exact multiples of the
// mains, is hum.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "units/level.h"
#include "units/quantity.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace gainstage::take {

/// Mains hum: the fundamental, and the power of it and its harmonics together.
struct Hum {
    Hertz fundamental{50.0};
    DbfsRmsMath level;
    std::array<DbfsRmsMath, 6>
        harmonics{}; ///< each, the fundamental first; silent: doesn't stand out
};

/// Finds it, in one pass and constant memory, each channel for itself.
///
/// Windows of four seconds tell lines 1 Hz apart, for hum under held notes; windows of half a
/// second find it in the pauses of lively music. Of each, the level at every harmonic and the level
/// beside it are remembered as histograms over time, and what they don't fall below in 85 % (long)
/// or 95 % (short) of the time is compared. So a note of 50 Hz counts only if it hardly ever stops.
///   in      linear, full scale 1.0; NaN and Inf are taken as silence; windows with digital silence
///           in them don't count
///   range   mains within 0.25 Hz of 50 or 60 Hz; harmonics up to the sixth (360 Hz)
///   finds   three harmonics or more that are steady and stand out of what lies beside them, by 8
///   dB
///           in pauses, by 12 dB under music
///   misses  hum in music that fills every half second and all of its low spectrum; streams under
///           1.5 s
///   errs    on a held note at exact multiples of 50 or 60 Hz; rhythms of up to 10 strokes a second
///           are known for what they are
///   error   level within 1 dB, low if anything; harmonics that don't stand out aren't in it
class MainsHum {
public:
    MainsHum();
    ~MainsHum();
    MainsHum(MainsHum&&) noexcept;
    MainsHum& operator=(MainsHum&&) noexcept;

    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    /// The channel that hums most. [main, not while process() runs]
    [[nodiscard]] std::optional<Hum> found() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gainstage::take
