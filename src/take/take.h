// SPDX-License-Identifier: MIT
// Take: what was recorded, judged: its zone, what to do with the gain, whether it clipped and
// where, its noise and hum.
#pragma once

#include "measure/measure.h"
#include "take/clipping.h"
#include "take/exposure.h"
#include "take/glitches.h"
#include "take/mains_hum.h"
#include "take/next_take.h"
#include "take/noise_bands.h"
#include "take/preamp.h"
#include "verdict/finding.h"
#include "verdict/target.h"
#include "verdict/zone.h"

#include <optional>
#include <vector>

namespace gainstage::take {

struct Take {
    measure::MeasuredFile file;
    verdict::Zone zone = verdict::Zone::target;
    Gain gain_change; ///< to do at the preamp; 0 dB: leave it. The plan's, or else by advice.h's
                      ///< rule
    std::optional<GainPlan> plan; ///< for the next take, if it was asked for and enough was heard
    std::optional<NextTake> next_take;    ///< what was asked
    std::optional<Preamp> preamp;         ///< it was recorded through, if a chain said so
    std::optional<PreampSetting> setting; ///< what gain_change means there
    std::optional<Gain> noise_over_chain; ///< the floor read in a pause over what the chain makes
    Seconds playing{0.0};                 ///< from the first sound to the last
    ClippingFound clipping;
    bool over_full_scale = false; ///< a floating-point file beyond 0 dBFS: nothing is lost by that
    Exposure exposure;
    std::optional<Hum> hum;
    std::optional<NoiseLevels> noise_bands;
    GlitchesFound glitches;
    Gain steadiness; ///< between loud and soft moments (95 and 5 % of the peaks of 50 ms); 0:
                     ///< unknown
    bool identical_channels = false; ///< a stereo file that holds one mono signal
    bool pauses =
        false; ///< the noise floor was read in a pause; otherwise it is only an upper bound
    std::vector<verdict::Finding> findings;
};

/// What a file is judged for.
struct Question {
    std::optional<Hertz> session_rate; ///< of the session it belongs to; another one is a finding
    std::optional<NextTake> next_take; ///< predict it; otherwise only what was recorded is judged
    std::optional<Preamp> preamp;      ///< the input it was recorded through
};

/// Samples beyond 0 dBFS that the format holds: a run of them isn't cut off.
bool is_over_full_scale(audio::io::SampleFormat format, Dbfs sample_peak) noexcept;

/// Judges a file; constant memory. It is read once, and again as earlier_clipping.h says if nothing
/// clipped. Facts that the rules (data/findings.toml, take.*) are told: every reading of the bridge
/// by its key, and those named in facts_of() (take.cpp).
///   errors  those of audio::io::open and read; interrupted
Result<Take> inspect(const std::filesystem::path& path,
                     const verdict::Targets& targets,
                     const verdict::Rules& rules,
                     const Question& question = {},
                     const audio::io::Watch& watch = {});

} // namespace gainstage::take
