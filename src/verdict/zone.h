// SPDX-License-Identifier: MIT
// Zone: the four parts of a stage's window, everywhere the same, in the level diagram and in every
// sentence.
#pragma once

#include <string_view>

namespace gainstage::verdict {

enum class Zone {
    noise,  ///< blue: too near the noise
    target, ///< green: where the signal should be
    hot,    ///< yellow: fine for now and then a peak
    clip    ///< red: clips
};

/// "blue", "green", "yellow", "red": the words that JSON and reports use.
constexpr std::string_view colour(Zone zone) noexcept {
    switch (zone) {
    case Zone::noise:
        return "blue";
    case Zone::target:
        return "green";
    case Zone::hot:
        return "yellow";
    case Zone::clip:
        return "red";
    }
    return "";
}

} // namespace gainstage::verdict
