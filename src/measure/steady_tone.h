// SPDX-License-Identifier: MIT
// steady_tone: a tone that was recorded to line something up by, and whether it is fit for that:
// steady, clean, not clipped, of the frequency it should have. tone.h reads any tone; this one
// refuses what would make a wrong reference.
#pragma once

#include "measure/tone.h"

#include <string>

namespace gainstage::measure {

/// What a tone has to be to line up by.
inline constexpr double tone_frequency_tolerance = 0.01; ///< of the nominal frequency
inline constexpr double tone_over_rest_min_db = 20.0;    ///< noise then moves its level by 0.01 dB
inline constexpr double tone_fluctuation_max_db = 0.2;   ///< between the tenths of a second
inline constexpr double tone_least_dbfs = -80.0;         ///< under it nobody sent one

/// The tone in `recording`, without the pauses before and after it.
///   errors  `where` begins them: silent, another frequency, no tone, clipped or distorted, too
///           noisy, fluctuating, under 0.5 s
Result<Tone> steady_tone(const ToneRecording& recording, Hertz nominal, const std::string& where);

} // namespace gainstage::measure
