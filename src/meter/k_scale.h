// SPDX-License-Identifier: MIT
// k_scale: the programme's average on the scales of the K-System, where 0 is -20, -14 or -12 dBFS.
// Derived from rms; the moving needle with its 600 ms is not here.
#pragma once

#include "meter/rms.h"

namespace gainstage::meter {

inline constexpr Reading<double> k_20{
    {"k20_db", "K-20", "K-20 dB", "AES17 RMS, 0 at -20 dBFS (Katz)", 2, false, false}};
inline constexpr Reading<double> k_14{
    {"k14_db", "K-14", "K-14 dB", "AES17 RMS, 0 at -14 dBFS (Katz)", 2, false, false}};
inline constexpr Reading<double> k_12{
    {"k12_db", "K-12", "K-12 dB", "AES17 RMS, 0 at -12 dBFS (Katz)", 2, false, false}};

/// AES17 RMS of the whole stream plus 20, 14 and 12 dB; -inf for silence.
class KScale {
public:
    static constexpr const ReadingSpec* readings[] = {&k_20, &k_14, &k_12};

    void read(Measurement& into) const;
};

} // namespace gainstage::meter
