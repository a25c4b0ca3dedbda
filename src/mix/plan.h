// SPDX-License-Identifier: MIT
// Plan: everything that staging does to a session, as numbers with reasons. Written, edited by
// hand, read back: the same plan gives the same mix to the bit.
#pragma once

#include "mix/session.h"
#include "units/level.h"

#include <string>
#include <string_view>
#include <vector>

namespace gainstage::mix {

struct PlannedTrack {
    std::string name;
    std::filesystem::path file; ///< relative to the plan's `folder`, or absolute
    std::string role;
    Gain trim;  ///< clip gain: brings the track to its target level
    Gain fader; ///< balance
    double pan = 0.0;
    std::string trim_reason; ///< one sentence with figures
    std::string fader_reason;
    std::string pan_reason;
};

struct Plan {
    std::string title;
    std::filesystem::path folder; ///< of the stems
    Hertz sample_rate{48000.0};
    std::vector<PlannedTrack> tracks;
    Gain mix_gain; ///< one common move of all tracks
    std::string mix_gain_reason;
};

/// One line a track; doubles as short as they read back exactly. A mute (fader only) is null.
std::string to_json(const Plan& plan);

/// JSON holds no other text: a stem whose name isn't UTF-8 can't be planned.
bool is_utf8(std::string_view text);

/// A relative `folder` counts from the plan's own place (`file_name`); an absolute one stands.
///   errors  not JSON, another schema, missing, unknown or doubled keys, non-finite numbers: file,
///   line or key, what to do
Result<Plan> plan_from_json(std::string_view json, std::string_view file_name);

} // namespace gainstage::mix
