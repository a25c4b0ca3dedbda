// SPDX-License-Identifier: MIT
// plr: peak-to-loudness ratio. Derived from true_peak and loudness.
#pragma once

#include "meter/loudness.h"
#include "meter/true_peak.h"

namespace gainstage::meter {

inline constexpr Reading<Gain> plr{
    {"plr_db", "PLR", "dB", "EBU Tech 3343: true peak - integrated loudness"}};

/// Largest true peak minus integrated loudness. A stereo 997 Hz sine in phase: 0.0 dB. Nothing for
/// silence.
///   source  EBU Tech 3343 section 9.3.1
class Plr {
public:
    static constexpr const ReadingSpec* readings[] = {&plr};

    void read(Measurement& into) const;
};

} // namespace gainstage::meter
