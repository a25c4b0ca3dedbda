// SPDX-License-Identifier: MIT
// channel_weight: how much a loudspeaker's power counts in loudness.
#pragma once

#include "audio/layout.h"

namespace gainstage::meter {

/// 1.41 (exactly, not 10^0.15) for loudspeakers below 30 degrees of elevation and 60 to 120 degrees
/// to the side; 0 for LFE; 1.00 for all others, the rear pair of 7.1 and channels of unknown place
/// among them.
///   source  ITU-R BS.1770-5 Annex 3, Tables 4 and 5
constexpr double channel_weight(audio::Speaker speaker) noexcept {
    using audio::Speaker;
    switch (speaker) {
    case Speaker::lfe:
    case Speaker::lfe2:
        return 0.0;
    case Speaker::left_surround:
    case Speaker::right_surround:
    case Speaker::left_wide:
    case Speaker::right_wide:
        return 1.41;
    default:
        return 1.0;
    }
}

} // namespace gainstage::meter
