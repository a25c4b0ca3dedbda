// SPDX-License-Identifier: MIT
#include "mix/trim.h"

#include "meter/active_rms.h"
#include "meter/sample_peak.h"

#include <fmt/format.h>

#include <algorithm>

namespace gainstage::mix {

namespace {

/// "active -31.20 to -18.00 dBFS (AES17)"
std::string way_of_average(DbfsRms before, DbfsRms after) {
    return before.is_silent()
               ? std::string{"no average above the gate"}
               : fmt::format("active {:.2f} to {:.2f} dBFS (AES17)", before.db(), after.db());
}

std::string reason_for(const StemTrim& trim, DbfsRms before, DbfsRms target, Gain wanted) {
    const std::string average = way_of_average(before, trim.active_after);
    switch (trim.bound) {
    case TrimBound::average:
        return fmt::format("{}; peak lands at {:.2f} dBFS", average, trim.peak_after.db());
    case TrimBound::peak:
        return fmt::format("peak-bound: peak to {:.2f} dBFS; {}, target {:.2f}",
                           trim.peak_after.db(), average, target.db());
    case TrimBound::limit:
        return fmt::format(
            "trim limit: {:+.2f} dB of the {:+.2f} dB it would take; {}; peak lands at {:.2f} dBFS",
            trim.gain.db(), wanted.db(), average, trim.peak_after.db());
    case TrimBound::nothing:
        return "silent: nothing to trim";
    }
    return {};
}

} // namespace

StemTrim trim_for(const meter::Measurement& stem, const verdict::Targets& targets) {
    const Dbfs peak = stem[meter::sample_peak];
    const DbfsRms active = to_aes17(stem[meter::active_rms]);
    const DbfsRms target{targets["track.average_target_dbfs"]};
    const Gain to_peak_bound = Dbfs{targets["track.peak_max_dbfs"]} - peak;
    const Gain limit = Gain::from_db(targets["track.trim_max_db"]);

    StemTrim trim;
    Gain wanted;
    if (peak.is_silent()) {
        trim.bound = TrimBound::nothing;
    } else {
        const bool by_average = !active.is_silent() && target - active <= to_peak_bound;
        wanted = by_average ? target - active : to_peak_bound;
        trim.gain = std::clamp(wanted, -limit, limit);
        trim.bound = trim.gain != wanted ? TrimBound::limit
                     : by_average        ? TrimBound::average
                                         : TrimBound::peak;
    }
    trim.active_after = active + trim.gain;
    trim.peak_after = peak + trim.gain;
    trim.reason = reason_for(trim, active, target, wanted);
    return trim;
}

} // namespace gainstage::mix
