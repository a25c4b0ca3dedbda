// SPDX-License-Identifier: MIT
// Calibration: where a converter joins the analogue and the digital scale.
#pragma once

#include "units/level.h"

namespace gainstage {
inline namespace units {

/// The analogue level whose sine just reaches 0 dBFS.
///   source  EBU R 68: +18 dBu; SMPTE RP 155: +24 dBu
struct Calibration {
    Dbu full_scale_sine;

    /// A sine at `level` reads this on an AES17 RMS meter.
    [[nodiscard]] constexpr DbfsRms to_dbfs_rms(Dbu level) const noexcept {
        return DbfsRms{(level - full_scale_sine).db()};
    }

    [[nodiscard]] constexpr Dbu to_dbu(DbfsRms level) const noexcept {
        return full_scale_sine + Gain::from_db(level.db());
    }
};

} // namespace units
} // namespace gainstage
