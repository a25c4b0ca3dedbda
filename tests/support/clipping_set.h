// SPDX-License-Identifier: MIT
// ClippingSet: takes of which it is known whether they clipped: signals cut off at a known depth,
// and what happens to a file afterwards; and signals that look clipped and aren't. For the test and
// the benchmark of the detectors. Needs libsoxr.
#pragma once

#include "support/signals.h"

#include <string>
#include <vector>

namespace gainstage::test {

/// The way a stage clips.
enum class ClipCurve {
    hard,      ///< cut off on both sides
    one_sided, ///< below zero only
    knee,      ///< hard with a round corner: the last 1 dB before the clip point bends
};

inline constexpr ClipCurve clip_curves[] = {ClipCurve::hard, ClipCurve::one_sided, ClipCurve::knee};

std::string name(ClipCurve curve);

/// What becomes of it after it clipped.
struct AfterClipping {
    double gain_db = 0.0;
    double noise_dbfs = -96.0;
    double resampled_hz = 0.0; ///< 0: not
};

/// `signal` with its peak at `depth_db` over the clip point 1.0, clipped.
std::vector<float> clip(std::vector<float> signal, ClipCurve curve, double depth_db);

/// Gain, then noise and 24 bit, then the other rate (libsoxr, very high quality).
std::vector<float>
after(std::vector<float> signal, const AfterClipping& treatment, double sample_rate_hz, Seed seed);

/// Two first-order all-passes (150 Hz, 1500 Hz): turns every waveform's shape, so that what was
/// clipped at its source doesn't show, and leaves its spectrum.
std::vector<float> phase_turned(std::vector<float> signal, double sample_rate_hz);

/// Square-ish synthesisers, unclipped: band-limited squares and pulses, tanh-shaped sines, filtered
/// squares; `variant` 0 to 5; notes of different velocities with envelopes. 48 kHz.
std::vector<float> square_synth(int variant, Seed seed, double seconds);

/// A look-ahead limiter: `drive_db` of gain, then no peak over 0.89.
std::vector<float>
limited(const std::vector<float>& signal, double drive_db, double sample_rate_hz);

} // namespace gainstage::test
