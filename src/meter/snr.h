// SPDX-License-Identifier: MIT
// snr: how far what is played stands above the noise between. Derived from active_rms and
// noise_floor.
#pragma once

#include "meter/active_rms.h"
#include "meter/noise_floor.h"

namespace gainstage::meter {

inline constexpr Reading<Gain> snr{{"snr_db", "SNR", "dB", "active RMS - noise floor"}};

/// Active RMS minus noise floor. Nothing where there is no noise floor (digital silence between,
/// under 400 ms).
///   note    as good as the noise floor: where the material never pauses, the true ratio is larger
///   than this
class Snr {
public:
    static constexpr const ReadingSpec* readings[] = {&snr};

    void read(Measurement& into) const;
};

} // namespace gainstage::meter
