// SPDX-License-Identifier: MIT
// NextTake: what to do with the preamp before the take, from the peak to expect in it. advice.h is
// for what was recorded, this for what will be.
#pragma once

#include "take/prediction.h"
#include "verdict/target.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::take {

/// What is asked.
struct NextTake {
    Seconds length{240.0};
    Gain allowance;           ///< performers are louder on the take
    std::optional<Gain> step; ///< of the preamp's gain; absent: it has no steps
};

struct GainPlan {
    NextTake next;
    Prediction prediction;         ///< of the same playing at the same gain: without the allowance
    Gain change;                   ///< 0 dB: leave it
    double clip_odds_before = 0.0; ///< of going over 0 dBFS at least once, with the allowance
    double clip_odds_after = 0.0;

    /// Another change than the plan's own: what a preamp can do, say.
    void set_change(Gain to);
};

/// The smallest change that puts the expected peak, with the allowance, into recording.peak_min to
/// peak_max and the odds of clipping to at most take.clip_odds_max. Where both can't be had, the
/// odds decide. Whole steps if there are any.
GainPlan plan(const Prediction& prediction, const NextTake& next, const verdict::Targets& targets);

/// The kinds of source there is an allowance for (take.allowance_KIND_db): "voice", "drums"…
std::vector<std::string> source_kinds(const verdict::Targets& targets);

/// take.allowance_KIND_db.
///   errors  unknown kind: lists all
Result<Gain> allowance_for(std::string_view kind, const verdict::Targets& targets);

} // namespace gainstage::take
