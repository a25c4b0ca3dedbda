// SPDX-License-Identifier: MIT
#include "meter/crest_factor.h"

#include "meter/difference.h"

namespace gainstage::meter {

void CrestFactor::read(Measurement& into) const {
    for (int c = -1; c < into.layout.channels(); ++c) {
        into.set(crest_factor, difference(into.value(sample_peak.key, c), into.value(rms.key, c)),
                 c);
    }
}

} // namespace gainstage::meter
