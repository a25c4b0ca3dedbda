// SPDX-License-Identifier: MIT
#include "take/next_take.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr Dbfs clip_point{0.0};
constexpr std::string_view key_start = "take.allowance_";
constexpr std::string_view key_end = "_db";
constexpr double rounding = 1e-9; // steps that differ by less are the same

/// The most gain at which one take in 1 / odds goes over the clip point.
Gain most_gain(const Prediction& prediction, double odds) {
    return clip_point - prediction.exceeded_with(std::clamp(odds, 1e-9, 0.5)); // never over even
}

Gain in_steps(Gain gain, const std::optional<Gain>& step, double (*round)(double)) {
    return step ? round(gain.db() / step->db()) * *step : gain;
}

double up(double x) { return std::ceil(x - rounding); }

double down(double x) { return std::floor(x + rounding); }

} // namespace

GainPlan plan(const Prediction& prediction, const NextTake& next, const verdict::Targets& targets) {
    const Prediction louder = prediction + next.allowance;
    const Gain most = std::min(most_gain(louder, targets["take.clip_odds_max"]),
                               Dbfs{targets["recording.peak_max_dbfs"]} - louder.expected);
    const Gain least = Dbfs{targets["recording.peak_min_dbfs"]} - louder.expected;
    Gain change;
    if (most < Gain{}) {
        change = in_steps(most, next.step, down);
    } else if (least > Gain{}) {
        const Gain wanted = in_steps(least, next.step, up);
        change = std::max(Gain{}, std::min(wanted, in_steps(most, next.step, down)));
    }
    const auto odds = [&](Gain gain) { return (louder + gain).odds_over(clip_point); };
    return {next, prediction, change, odds(Gain{}), odds(change)};
}

std::vector<std::string> source_kinds(const verdict::Targets& targets) {
    std::vector<std::string> kinds;
    for (const auto& [name, figure] : targets.figures()) {
        if (name.starts_with(key_start) && name.ends_with(key_end)) {
            kinds.push_back(
                name.substr(key_start.size(), name.size() - key_start.size() - key_end.size()));
        }
    }
    return kinds;
}

Result<Gain> allowance_for(std::string_view kind, const verdict::Targets& targets) {
    const std::string name = fmt::format("{}{}{}", key_start, kind, key_end);
    if (!targets.has(name)) {
        return Error{ErrorKind::usage, "", fmt::format("unknown kind of source \"{}\"", kind),
                     fmt::format("use one of {}", fmt::join(source_kinds(targets), ", "))};
    }
    return Gain::from_db(targets[name]);
}

void GainPlan::set_change(Gain to) {
    change = to;
    clip_odds_after = (prediction + next.allowance + to).odds_over(Dbfs{0.0});
}

} // namespace gainstage::take
