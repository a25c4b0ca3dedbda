// SPDX-License-Identifier: MIT
#include "meter/plr.h"

#include "meter/difference.h"

namespace gainstage::meter {

void Plr::read(Measurement& into) const {
    into.set(plr, difference(into.value(true_peak.key), into.value(integrated.key)));
}

} // namespace gainstage::meter
