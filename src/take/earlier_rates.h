// SPDX-License-Identifier: MIT
// EarlierRates: the sample rates that a stream may have had before it was converted to the one it
// has. What was cut off at one level then isn't any more: the converter's filter rings on every
// corner. Converted back, it is. Not a detector of conversions: a guess that spares most streams
// the looking.
#pragma once

#include "take/highest_peaks.h"
#include "units/quantity.h"

#include <span>
#include <vector>

namespace gainstage::take {

/// The other rate of its family (44.1 and 48 kHz, their halves and multiples), of which nothing
/// need show, and lower rates whose half the spectrum ends at. That is read around the highest
/// peaks, where what clipping adds is as strong as anywhere.
///   peaks   of the stream at `rate`, of all channels
///   out     none if there are no peaks; the likeliest first
[[nodiscard]] std::vector<Hertz> earlier_rates(std::span<const PeakInContext> peaks, Hertz rate);

} // namespace gainstage::take
