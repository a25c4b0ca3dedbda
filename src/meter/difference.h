// SPDX-License-Identifier: MIT
// difference: one reading minus another, where both are levels of something. What crest factor, PLR
// and SNR are made of.
#pragma once

#include <cmath>
#include <optional>

namespace gainstage::meter {

/// upper_db - lower_db; nothing if either is absent or silent: silence minus silence is not a
/// number.
inline std::optional<double> difference(std::optional<double> upper_db,
                                        std::optional<double> lower_db) noexcept {
    if (!upper_db || !lower_db || !std::isfinite(*upper_db) || !std::isfinite(*lower_db)) {
        return std::nullopt;
    }
    return *upper_db - *lower_db;
}

} // namespace gainstage::meter
