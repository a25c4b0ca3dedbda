// SPDX-License-Identifier: MIT
// Repetition: whether a channel's highest peaks are one sound, time and again: a test tone, a
// synthesiser, a click track.
#pragma once

#include "take/highest_peaks.h"
#include "units/quantity.h"

#include <span>

namespace gainstage::take {

/// Samples at one level speak of clipping because that would be a coincidence otherwise, again and
/// again. In a sound that comes again it is one coincidence, or none: its crests are as high as
/// each other, and the sample rate catches them alike. Sounds are the same if the steps from sample
/// to sample around their peaks are, whatever their size, either way up and moved by a part of a
/// sample, and the peaks as high as their sizes have it: a note that swells and was cut off ends at
/// one level. Steps, because slow waves are all alike near their crests.
///   peaks  of both sides of zero; too few say nothing
///   rate   of the stream: what is around a peak is 1.35 ms either way
[[nodiscard]] bool is_repetition(std::span<const PeakInContext> peaks, Hertz rate);

/// Whether the sound at a peak comes again in what is around it: a steady note.
[[nodiscard]] bool repeats_within(const PeakInContext& peak, Hertz rate);

} // namespace gainstage::take
