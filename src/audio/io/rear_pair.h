// SPDX-License-Identifier: MIT
// rear_pair: the one ambiguity among channel labels that every container shares.
#pragma once

#include "audio/layout.h"

#include <algorithm>
#include <vector>

namespace gainstage::audio::io {

/// 5.1 says "rear" (or "back") for its surround pair as often as "side", and means ±110 degrees
/// both times. Only beside a side pair (7.1) is the rear pair a second one, at ±135 degrees.
inline ChannelLayout with_lone_rear_pair_as_surround(std::vector<Speaker> speakers) {
    const bool has_side_pair =
        std::ranges::find(speakers, Speaker::left_surround) != speakers.end() ||
        std::ranges::find(speakers, Speaker::right_surround) != speakers.end();
    if (!has_side_pair) {
        std::ranges::replace(speakers, Speaker::left_rear, Speaker::left_surround);
        std::ranges::replace(speakers, Speaker::right_rear, Speaker::right_surround);
    }
    return ChannelLayout{std::move(speakers)};
}

} // namespace gainstage::audio::io
