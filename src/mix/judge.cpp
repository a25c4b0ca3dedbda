// SPDX-License-Identifier: MIT
#include "mix/judge.h"

#include "meter/active_rms.h"
#include "meter/bridge.h"
#include "meter/sample_peak.h"
#include "meter/true_peak.h"
#include "mix/roles.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace gainstage::mix {

namespace {

void add(verdict::Facts& facts, std::string_view name, std::optional<double> value) {
    if (value && std::isfinite(*value)) {
        facts.insert_or_assign(std::string{name}, *value);
    }
}

double flag(bool holds) noexcept { return holds ? 1.0 : 0.0; }

void append(std::vector<verdict::Finding>& to, std::vector<verdict::Finding> more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

} // namespace

std::vector<verdict::Finding> judge_skipped(const std::vector<SkippedTrack>& skipped,
                                            const verdict::Targets& targets,
                                            const verdict::Rules& rules) {
    std::vector<verdict::Finding> findings;
    for (const SkippedTrack& track : skipped) {
        const verdict::Words words{{"file", track.track.file.filename().string()},
                                   {"error", track.error.message()}};
        append(findings, rules.judge("mix", track.track.name, {{"left_out", 1.0}}, words, targets));
    }
    return findings;
}

std::vector<verdict::Finding> judge_track(const Track& track,
                                          const meter::Measurement& stem,
                                          const StemTrim& trim,
                                          Hertz session_rate,
                                          const verdict::Targets& targets,
                                          const verdict::Rules& rules) {
    const Role* role = Roles::built_in().find(track.role);
    verdict::Facts facts;
    facts["stem_silent"] = flag(trim.bound == TrimBound::nothing);
    facts["non_finite_samples"] = static_cast<double>(stem.non_finite_samples);
    facts["channels"] = stem.layout.channels();
    facts["percussive"] = flag(role != nullptr && role->percussive);
    facts["peak_bound"] = flag(trim.bound == TrimBound::peak);
    facts["trim_limited"] = flag(trim.bound == TrimBound::limit);
    add(facts, "sample_rate_hz", stem.sample_rate.value());
    add(facts, "session_rate_hz", session_rate.value());
    add(facts, "duration_s", stem.duration().value());
    add(facts, "active_dbfs", to_aes17(stem[meter::active_rms]).db());
    add(facts, "active_after_dbfs", trim.active_after.db());
    add(facts, "peak_after_dbfs", trim.peak_after.db());
    add(facts, "trim_db", trim.gain.db());
    add(facts, "trim_shortfall_db", targets["track.average_target_dbfs"] - trim.active_after.db());
    return rules.judge("mix", track.name, facts, {{"file", track.file.filename().string()}},
                       targets);
}

std::vector<verdict::Finding> judge_mix(const meter::Measurement& mix,
                                        const verdict::Targets& targets,
                                        const verdict::Rules& rules) {
    verdict::Facts facts;
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        add(facts, reading->key, mix.value(reading->key));
    }
    const Dbfs peak = mix[meter::sample_peak];
    const double nearest_dbfs =
        std::clamp(peak.db(), targets["mix.peak_min_dbfs"], targets["mix.peak_max_dbfs"]);
    // 32-bit samples hold the edge of the zone to half a millionth of a decibel: that isn't
    // outside.
    const bool outside = !peak.is_silent() && std::abs(peak.db() - nearest_dbfs) > 1e-5;
    facts["mix_silent"] = flag(peak.is_silent());
    facts["peak_outside_zone"] = flag(outside);
    add(facts, "gain_to_zone_db", targets["mix.peak_target_dbfs"] - peak.db());
    add(facts, "true_peak_excess_db",
        mix[meter::true_peak].db() - targets["mix.true_peak_max_dbtp"]);
    add(facts, "duration_s", mix.duration().value());
    return rules.judge("mix", "mix", facts, {}, targets);
}

} // namespace gainstage::mix
