// SPDX-License-Identifier: MIT
#include "take/advice.h"

#include <algorithm>

namespace gainstage::take {

namespace {

constexpr Gain inside = Gain::from_db(1.0); // beyond the edge, so that the next take isn't on it

} // namespace

Advice advise(const RecordedLevels& levels, const verdict::Targets& targets) {
    const Dbfs peak_max{targets["recording.peak_max_dbfs"]};
    const Dbfs peak_min{targets["recording.peak_min_dbfs"]};
    const DbfsRms average{targets["recording.average_dbfs"]};
    if (levels.peak.is_silent()) {
        return {verdict::Zone::noise, Gain{}};
    }
    const Gain down = peak_max - levels.peak - inside;
    if (levels.clipped_digital || (levels.peak >= Dbfs{0.0} && !levels.over_is_safe)) {
        return {verdict::Zone::clip, down - levels.missing};
    }
    if (levels.clipped_analogue) {
        return {verdict::Zone::clip, peak_max - Dbfs{0.0} - inside - levels.missing};
    }
    if (levels.peak > peak_max) {
        return {verdict::Zone::hot, down};
    }
    if (levels.peak < peak_min && levels.average < average) {
        // The average of next to nothing may be silent: then only the peak can say how far it is.
        const Gain by_peak = peak_min - levels.peak;
        const Gain up =
            levels.average.is_silent() ? by_peak : std::min(by_peak, average - levels.average);
        return {verdict::Zone::noise, up + inside};
    }
    return {verdict::Zone::target, Gain{}};
}

} // namespace gainstage::take
