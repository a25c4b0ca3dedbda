// SPDX-License-Identifier: MIT
// ideal: what a faultless meter reads of a tone whose level steps, straight from the definitions
// and in double: no samples, no filter, no histogram. An oracle for the conformance cases; it
// shares nothing with the meters.
#pragma once

#include "conformance/signal.h"

#include <vector>

namespace gainstage::conformance {

struct IdealLoudness {
    double integrated_lufs;
    double max_momentary_lufs;
    double max_short_term_lufs;
    double range_lu;
};

/// 0.6977 dB: the K-weighting's gain at 1000 Hz by BS.1770-5 Annex 1, Tables 1 and 2, at 48 kHz.
inline constexpr double k_gain_1000_hz_db = 0.6977;

/// Of `pieces` of a tone with that K-weighting gain.
///   channel_power  sum over the channels of weight * gain^2; stereo, the same in both: 2
///   error          the filter's ringing at the steps: below 0.002 LU at 1000 Hz
IdealLoudness ideal_loudness(const std::vector<Piece>& pieces,
                             double channel_power,
                             double k_gain_db = k_gain_1000_hz_db);

/// The largest value of a curve through samples that lie close: a parabola through the largest and
/// its neighbours.
double top_of(const std::vector<double>& samples);

} // namespace gainstage::conformance
