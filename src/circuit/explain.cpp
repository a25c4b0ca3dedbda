// SPDX-License-Identifier: MIT
#include "circuit/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gainstage::circuit {
namespace {

std::string one_decimal(double value) {
    const std::string text = fmt::format("{:.1f}", value);
    return text == "-0.0" ? "0.0" : text;
}

std::string pad_words(const DeviceSettings& settings, Gain pad) {
    return pad.db() < 0.0 ? fmt::format("the {:g} dB pad of {} in", pad.db(), settings.name)
                          : fmt::format("the pad of {} out", settings.name);
}

/// What of it clips first, and how near it comes.
std::string clipping_text(const Candidate& candidate) {
    const StageLevels& first = candidate.stages[candidate.first_to_clip];
    const auto headroom = first.headroom();
    if (!headroom) {
        return "Nothing in it is known to clip.";
    }
    if (headroom->db() <= 0.0) {
        return fmt::format("{} clips: the expected peak goes {} dB over its limit.", first.name,
                           one_decimal(-headroom->db()));
    }
    return fmt::format("{} clips first: {} dB over the expected peak; odds in the take: {}.",
                       first.name, one_decimal(headroom->db()), odds_text(first.clip_odds));
}

std::string meter_text(const Recorded& recorded) {
    return fmt::format("The meter should read {} dBFS on average, with peaks of {} dBFS.",
                       one_decimal(recorded.average.db()), one_decimal(recorded.peak.db()));
}

} // namespace

std::string described(const DeviceSettings& settings) {
    std::vector<std::string> parts;
    if (settings.left_out) {
        return "left out";
    }
    if (settings.input) {
        parts.push_back(*settings.input + " input");
    }
    if (settings.nominal) {
        parts.push_back(fmt::format("switch at {}", name(*settings.nominal)));
    }
    if (settings.pad) {
        parts.push_back(settings.pad->db() < 0.0 ? fmt::format("pad {:g} dB", settings.pad->db())
                                                 : "pad out");
    }
    if (settings.impedance) {
        parts.push_back(fmt::format("input impedance {:g} ohm", settings.impedance->value()));
    }
    if (settings.gain) {
        parts.push_back(fmt::format("gain {} dB", one_decimal(settings.gain->db())));
    }
    if (settings.phantom) {
        parts.emplace_back(*settings.phantom ? "phantom on" : "phantom off");
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string difference_between(const DeviceSettings& chosen, const DeviceSettings& other) {
    if (other.left_out) {
        return "without " + chosen.name;
    }
    if (chosen.left_out) {
        return "with " + other.name;
    }
    std::vector<std::string> parts;
    if (other.gear != chosen.gear) {
        parts.push_back("with " + other.name);
    }
    if (other.input && other.input != chosen.input) {
        parts.push_back("into the " + *other.input + " input");
    }
    const Gain pad = other.pad.value_or(Gain{});
    if (pad != chosen.pad.value_or(Gain{})) {
        parts.push_back("with " + pad_words(other, pad));
    }
    if (other.nominal && other.nominal != chosen.nominal) {
        parts.push_back(fmt::format("with its switch at {}", name(*other.nominal)));
    }
    if (other.impedance && other.impedance != chosen.impedance) {
        parts.push_back(fmt::format("with {:g} ohm input impedance", other.impedance->value()));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string outcome_of(const Candidate& chosen, const Candidate& other, const Drawbacks& of_other) {
    if (other.unpowered && !chosen.unpowered) {
        return "leaves something without the phantom power it needs";
    }
    if (other.harmed && !chosen.harmed) {
        return "sends phantom power into a ribbon";
    }
    if (other.excess.db() > chosen.excess.db() + 0.05) {
        return fmt::format("is {} dB too hot for {}", one_decimal(other.excess.db()),
                           other.stages[other.first_to_clip].name);
    }
    if (other.shortfall.db() > chosen.shortfall.db() + 0.05) {
        return fmt::format("stays {} dB under the target", one_decimal(other.shortfall.db()));
    }
    const double lost_db = (chosen.snr() - other.snr()).db();
    const std::string noise =
        lost_db >= 0.05 ? fmt::format("loses {} dB of signal-to-noise ratio", one_decimal(lost_db))
        : lost_db <= -0.05
            ? fmt::format("gains {} dB of signal-to-noise ratio", one_decimal(-lost_db))
            : "has the same signal-to-noise ratio";
    if (of_other.is_dull) {
        const double high = other.corners.high ? other.corners.high->value() : 20e3;
        const double best = chosen.corners.high ? chosen.corners.high->value() : 20e3;
        return high < 0.8 * best
                   ? fmt::format("{}, and its treble ends at {:.2g} kHz in place of {:.2g}", noise,
                                 high / 1e3, best / 1e3)
                   : fmt::format("{}, and its bass begins at {:.0f} Hz", noise,
                                 other.corners.low ? other.corners.low->value() : 20.0);
    }
    if (of_other.loading_stage) {
        const std::size_t stage = *of_other.loading_stage;
        return fmt::format("{}, but {} takes {} dB of what drives it", noise,
                           other.stages[stage].name,
                           one_decimal(-other.response.nodes[stage - 1].loading.db()));
    }
    return noise;
}

std::string odds_text(double odds) {
    if (odds >= 0.995) {
        return "certain";
    }
    if (odds >= 0.095) {
        return fmt::format("{:.0f} %", 100.0 * odds);
    }
    if (odds < 1e-4) {
        return "less than 1 in 10,000";
    }
    return fmt::format("1 in {:.0f}", 1.0 / odds);
}

std::string bottleneck_text(const Candidate& candidate) {
    const Bottleneck& bottleneck = candidate.bottleneck;
    if (bottleneck.share <= 0.0) {
        return "Nothing in it makes noise.";
    }
    const StageLevels& stage = candidate.stages[bottleneck.stage];
    const bool is_source = bottleneck.stage == 0;
    return fmt::format("{} makes {:.0f} % of the noise: without it there would be {} dB less; all "
                       "else better would gain {} dB{}.",
                       stage.name, 100.0 * bottleneck.share,
                       one_decimal(bottleneck.if_it_were_noiseless.db()),
                       one_decimal(bottleneck.if_only_it_were_left.db()),
                       is_source ? "; only another source or a nearer one helps" : "");
}

std::vector<std::string> reasons_of(const SourceSolution& solution) {
    std::vector<std::string> reasons;
    for (std::size_t i = 0; i < solution.alternatives.size() && i < 6; ++i) {
        const Alternative& other = solution.alternatives[i];
        std::string sentence = other.difference + " it " + other.outcome + '.';
        sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
        reasons.push_back(std::move(sentence));
    }
    reasons.push_back(bottleneck_text(solution.best));
    reasons.push_back(clipping_text(solution.best));
    if (solution.best.recorded) {
        reasons.push_back(meter_text(*solution.best.recorded));
    }
    return reasons;
}

} // namespace gainstage::circuit
