// SPDX-License-Identifier: MIT
#include "meter/k_scale.h"

namespace gainstage::meter {

void KScale::read(Measurement& into) const {
    const auto average = into.value(rms_aes17.key);
    const auto put = [&](const ReadingSpec& reading, double zero_dbfs) {
        into.set(reading, average ? std::optional(*average - zero_dbfs) : std::nullopt);
    };
    put(k_20, -20.0);
    put(k_14, -14.0);
    put(k_12, -12.0);
}

} // namespace gainstage::meter
