// SPDX-License-Identifier: MIT
// peaks_in_context: the highest peaks of a signal, as those detectors of room take are given them
// that look at what is around.
#pragma once

#include "take/restored.h"

#include <vector>

namespace gainstage::test {

/// Those of the upper side of zero, and with SidesOfZero::both the lower one's after them.
inline std::vector<take::PeakInContext> peaks_in_context(const std::vector<float>& x,
                                                         take::SidesOfZero sides) {
    std::vector<take::PeakInContext> all;
    for (const float sign : {1.0f, -1.0f}) {
        take::PeaksInContext peaks;
        peaks.prepare();
        peaks.process(x, sign, x.size());
        if (sign > 0.0f || sides == take::SidesOfZero::both) {
            all.insert(all.end(), peaks.peaks().begin(), peaks.peaks().end());
        }
    }
    return all;
}

} // namespace gainstage::test
