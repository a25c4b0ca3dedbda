// SPDX-License-Identifier: MIT
#include "meter/snr.h"

#include "meter/difference.h"

namespace gainstage::meter {

void Snr::read(Measurement& into) const {
    into.set(snr, difference(into.value(active_rms.key), into.value(noise_floor.key)));
}

} // namespace gainstage::meter
