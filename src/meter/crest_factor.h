// SPDX-License-Identifier: MIT
// crest_factor: how far the peak stands above the average. Derived from sample_peak and rms.
#pragma once

#include "meter/rms.h"
#include "meter/sample_peak.h"

namespace gainstage::meter {

inline constexpr Reading<Gain> crest_factor{
    {"crest_factor_db", "Crest factor", "dB", "sample peak - mathematical RMS", 2, true}};

/// Sample peak minus mathematical RMS: sine 3.01 dB, square 0, triangle 4.77. Nothing for silence.
///   note    of a whole stream: the largest channel's peak over the mean power of all channels
class CrestFactor {
public:
    static constexpr const ReadingSpec* readings[] = {&crest_factor};

    void read(Measurement& into) const;
};

} // namespace gainstage::meter
