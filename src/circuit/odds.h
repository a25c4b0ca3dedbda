// SPDX-License-Identifier: MIT
// Odds: how likely a stage clips in a take. Levels are statistics: peaks come one after the other,
// the rarer the higher; the performer is louder or softer than on average today; a gain is off its
// scale.
#pragma once

#include "units/gain.h"
#include "units/quantity.h"

namespace gainstage::circuit {

/// The law that peaks follow.
///   peaks   that go over the level called "the peak" come once a minute on average, at random
///           (Poisson); over x dB more, exp(-x / tail) times as often: peaks over threshold with an
///           exponential tail, as take/prediction.h finds in recordings
///   shift   the whole take is louder or softer by a normal deviation: the performer's day, and how
///   far
///           the gains up to that stage are off their scale
struct PeakLaw {
    Gain tail;      ///< over 0 dB
    Gain deviation; ///< of the shift, one standard deviation; 0 dB: none
    Seconds take{240.0};
};

/// Odds, 0 to 1, that at least one peak of the take goes over a clip point that lies `margin` above
/// the peak. The Poisson law in closed form; over the shift it is integrated (to 1e-9).
double clip_odds(Gain margin, const PeakLaw& law);

/// The least margin whose odds are at most `odds` (0 to 1, both excluded).
Gain margin_for(double odds, const PeakLaw& law);

} // namespace gainstage::circuit
