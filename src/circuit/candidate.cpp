// SPDX-License-Identifier: MIT
#include "circuit/candidate.h"

#include <algorithm>
#include <cmath>

namespace gainstage::circuit {

PeakLaw law_behind(const Path& path, std::size_t index, const Signal& signal) {
    double variance = signal.spread.db() * signal.spread.db();
    for (std::size_t i = 0; i <= index; ++i) {
        const double deviation_db = path.stages[i].gain_deviation.db();
        variance += deviation_db * deviation_db;
    }
    return {signal.tail, Gain::from_db(std::sqrt(variance)), signal.take};
}

std::optional<Dbu> clip_behind(const Stage& stage, Gain own_gain) {
    if (!stage.input_clip) {
        return stage.output_clip;
    }
    const Dbu behind = *stage.input_clip + own_gain;
    return stage.output_clip ? std::min(behind, *stage.output_clip) : behind;
}

std::vector<StageLevels>
levels_along(const Path& path, const Response& response, const Signal& signal) {
    std::vector<StageLevels> all;
    Gain before;
    for (std::size_t i = 0; i < path.stages.size(); ++i) {
        const Stage& stage = path.stages[i];
        const Node& node = response.nodes[i];
        StageLevels levels;
        levels.name = stage.name;
        levels.kind = stage.kind;
        levels.gain = node.gain - before;
        levels.average = signal.average + node.gain;
        levels.peak = signal.peak + node.gain;
        levels.noise = node.noise;
        levels.noise_a_weighted = node.noise_a_weighted;
        levels.clip = clip_behind(stage, levels.gain);
        before = node.gain;
        all.push_back(std::move(levels));
    }
    return all;
}

void add_odds(const Path& path, const Signal& signal, std::vector<StageLevels>& levels) {
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const auto headroom = levels[i].headroom();
        if (headroom && !levels[i].peak.is_silent()) {
            PeakLaw law = law_behind(path, i, signal);
            levels[i].clip_odds = clip_odds(*headroom, law);
            law.take = Seconds{60.0};
            levels[i].clip_odds_per_minute = clip_odds(*headroom, law);
        }
    }
}

Bottleneck bottleneck(const Response& response) {
    // The source's noise is its first stage's.
    std::vector<double> powers;
    double total = 0.0;
    for (std::size_t i = 0; i < response.shares.size(); ++i) {
        powers.push_back(response.shares[i].power + (i == 0 ? response.source.power : 0.0));
        total += powers.back();
    }
    Bottleneck found;
    if (total <= 0.0) {
        return found;
    }
    found.stage = static_cast<std::size_t>(std::ranges::max_element(powers) - powers.begin());
    found.share = powers[found.stage] / total;
    found.if_it_were_noiseless = Gain::from_power_ratio(1.0 / std::max(1e-12, 1.0 - found.share));
    found.if_only_it_were_left = Gain::from_power_ratio(1.0 / found.share);
    return found;
}

} // namespace gainstage::circuit
