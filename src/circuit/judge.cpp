// SPDX-License-Identifier: MIT
#include "circuit/judge.h"

#include "circuit/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace gainstage::circuit {
namespace {

using verdict::Facts;
using verdict::Finding;
using verdict::Words;

constexpr double consumer_nominal_dbu = -7.78; // -10 dBV
constexpr double pro_full_scale_dbu = 16.0;    // what takes that is made for +4 dBu

struct Judged {
    Facts facts;
    Words words;
};

double yes(bool is) { return is ? 1.0 : 0.0; }

bool is_cable(const DeviceSettings& settings) {
    if (settings.spec == nullptr) {
        return false;
    }
    const auto& candidates = settings.spec->candidates;
    return std::ranges::any_of(candidates, [](const GearEntry* entry) {
        return entry != nullptr && entry->gear_class == GearClass::cable;
    });
}

/// The first device behind the source that is there and no cable: its index in settings; 0 if none.
std::size_t first_device(const std::vector<DeviceSettings>& settings) {
    for (std::size_t i = 1; i < settings.size(); ++i) {
        if (!settings[i].left_out && !is_cable(settings[i])) {
            return i;
        }
    }
    return 0;
}

const GearEntry* entry_of(const DeviceSettings& settings) {
    if (settings.spec == nullptr || settings.left_out) {
        return nullptr;
    }
    for (const GearEntry* entry : settings.spec->candidates) {
        if (entry != nullptr && entry->id == settings.gear) {
            return entry;
        }
    }
    return nullptr;
}

/// The source and the cables behind it into another load: how a passive instrument would sound
/// there.
Response into_load(const SourceSolution& source, std::size_t devices, Ohms load_impedance) {
    Path path = source.path;
    std::erase_if(path.stages, [&, index = std::size_t{0}](const Stage&) mutable {
        return source.best.stages[index++].device >= devices;
    });
    const Device other = load("", load_impedance, std::nullopt);
    path.stages.insert(path.stages.end(), other.stages.begin(), other.stages.end());
    return respond(path);
}

/// Where its treble and bass end there, and what it loses at 1 kHz against 10 megohm.
void add_loading(const SourceSolution& source, std::size_t first, Judged& to) {
    const Device& device = source.devices[first - 1];
    // What it really sees there, reflected through a transformer if there is one.
    const auto stage = std::ranges::find_if(
        source.best.stages, [&](const StageLevels& levels) { return levels.device == first; });
    const auto index = static_cast<std::size_t>(stage - source.best.stages.begin());
    if (stage == source.best.stages.end() || index == 0) {
        return;
    }
    const Node& before = source.best.response.nodes[index - 1];
    const double load_ohm = 1.0 / std::max(1e-15, std::abs(before.load.admittance));
    const Response here = into_load(source, first, Ohms{load_ohm});
    const Response best = into_load(source, first, Ohms{1e6});
    const Corners at_load = corners(here);
    const Corners at_best = corners(best);
    to.facts["load_ohm"] = load_ohm;
    to.facts["load_kohm"] = load_ohm / 1e3;
    to.facts["loading_db"] = (best.end().gain - here.end().gain).db();
    to.facts["treble_corner_khz"] = (at_load.high ? at_load.high->value() : 20e3) / 1e3;
    to.facts["treble_corner_hiz_khz"] = (at_best.high ? at_best.high->value() : 20e3) / 1e3;
    to.facts["bass_corner_hz"] = at_load.low ? at_load.low->value() : 20.0;
    to.facts["is_piezo"] =
        yes(source.spec->instrument != nullptr && source.spec->instrument->kind == "piezo");
    to.words["device"] = device.name;
}

/// The junction with the least load for its source, away from cables, pads and pickups.
void add_impedances(const SourceSolution& source, Judged& to) {
    if (source.source.passive_instrument || source.spec->amplifier != nullptr) {
        return; // they have rules of their own
    }
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 1 < source.best.stages.size(); ++i) {
        const StageKind next = source.best.stages[i + 1].kind;
        const bool loads = next == StageKind::input || next == StageKind::preamp ||
                           next == StageKind::booster || next == StageKind::di_box;
        const Node& node = source.best.response.nodes[i];
        const double source_ohm = std::abs(node.source_ohm);
        if (!loads || source_ohm <= 0.0) {
            continue;
        }
        const double load_ohm = 1.0 / std::max(1e-15, std::abs(node.load.admittance));
        if (load_ohm / source_ohm < least) {
            least = load_ohm / source_ohm;
            to.facts["junction_source_ohm"] = source_ohm;
            to.facts["junction_load_ohm"] = load_ohm;
            to.facts["junction_loss_db"] = -node.loading.db();
            to.words["junction"] = source.best.stages[i + 1].name;
        }
    }
    if (std::isfinite(least)) {
        to.facts["impedance_ratio"] = least;
    }
}

void add_cables(const SourceSolution& source, Judged& to) {
    double longest_m = 0.0;
    for (std::size_t i = 1; i < source.best.settings.size(); ++i) {
        const GearEntry* entry = entry_of(source.best.settings[i]);
        if (entry != nullptr && entry->gear_class == GearClass::cable && entry->kind != "speaker" &&
            !source.devices[i - 1].balanced) {
            longest_m = std::max(longest_m, source.best.settings[i].spec->length_m);
        }
    }
    to.facts["unbalanced_m"] = longest_m;
}

void add_wiring(const SourceSolution& source, Judged& to) {
    const auto& settings = source.best.settings;
    const std::size_t first = first_device(settings);
    const bool is_input = first > 0 && settings[first].input.has_value();
    const std::string input = is_input ? *settings[first].input : "";
    to.words["device"] = first > 0 ? settings[first].name : "nothing";
    to.facts["mic_into_line"] = yes(source.spec->microphone != nullptr && input == "line");
    to.facts["mic_into_hiz"] = yes(source.spec->microphone != nullptr && input == "hiz");
    to.facts["passive_instrument"] = yes(source.source.passive_instrument);
    const GearEntry* entry = first > 0 ? entry_of(settings[first]) : nullptr;
    to.facts["passive_di"] =
        yes(entry != nullptr && entry->gear_class == GearClass::di_box && entry->kind == "passive");
    const bool is_speaker = entry != nullptr && entry->gear_class == GearClass::speaker;
    to.facts["speaker_into_input"] =
        yes(source.spec->amplifier != nullptr && first > 0 && !is_speaker);
    if (source.spec->amplifier != nullptr) {
        const double volts = to_volts(source.source.peak).value();
        to.facts["speaker_v"] = volts;
        to.facts["speaker_dbu"] = source.source.peak.db();
        to.facts["speaker_w"] = volts * volts / 8.0;
    }
    if (source.source.passive_instrument && first > 0) {
        add_loading(source, first, to);
    }
    to.facts["unpowered"] = yes(source.best.unpowered);
    to.facts["harmed"] = yes(source.best.harmed);
    add_impedances(source, to);
    add_cables(source, to);
}

void add_levels(const SourceSolution& source, Judged& to) {
    const Candidate& best = source.best;
    to.facts["average_dbu"] = source.signal.average.db();
    to.facts["excess_db"] = best.excess.db();
    to.facts["shortfall_db"] = best.shortfall.db();
    to.words["first_to_clip"] = best.stages[best.first_to_clip].name;
    to.words["clip_odds"] = odds_text(best.clip_odds);
    to.words["bottleneck"] = bottleneck_text(best);
    to.words["source"] = source.source.device.name;
    const bool is_microphone = source.spec->microphone != nullptr;
    to.words["nearer"] =
        is_microphone ? "halve the distance for each 6 dB" : "turn the source up if it can be";
    to.words["farther"] = is_microphone
                              ? "move the microphone back: 6 dB a doubling of the distance"
                              : "turn the source down";
    if (best.recorded) {
        to.facts["snr_db"] = best.recorded->snr().db();
        to.facts["average_dbfs"] = best.recorded->average.db();
        to.facts["peak_dbfs"] = best.recorded->peak.db();
        to.facts["full_scale_dbu"] = best.recorded->full_scale.db();
    }
    // A line input without a knob, made for +4 dBu, and a source of -10 dBV.
    const std::size_t first = first_device(best.settings);
    if (first > 0 && best.recorded) {
        const Device& device = source.devices[first - 1];
        const bool fixed = device.gain_range.least == device.gain_range.most;
        to.facts["pro_line_input"] =
            yes(device.full_scale && fixed && device.full_scale->db() >= pro_full_scale_dbu);
        to.facts["consumer_source"] =
            yes(std::abs(source.signal.average.db() - consumer_nominal_dbu) < 3.0);
        to.facts["nominal_gap_db"] = 4.0 - consumer_nominal_dbu;
    }
}

void add_clock(const SourceSolution& source, const ChainSolution& solution, Judged& to) {
    const auto& recorded = source.best.recorded;
    for (std::size_t i = 1; i < source.best.settings.size(); ++i) {
        const DeviceSpec* spec = source.best.settings[i].spec;
        if (spec != nullptr && spec->sample_rate) {
            to.facts["device_rate_hz"] = spec->sample_rate->value();
            to.facts["recording_rate_hz"] = solution.recording.sample_rate.value();
            to.words["device"] = source.best.settings[i].name;
        }
        const Device& device = source.devices[i - 1];
        if (device.jitter && device.full_scale && recorded) {
            to.facts["jitter_ps"] = 1e12 * device.jitter->value();
            to.facts["jitter_noise_dbfs"] = recorded->jitter_noise.db();
            to.facts["jitter_snr_10k_db"] = jitter_limited_snr(Hertz{10e3}, *device.jitter).db();
            const double with = Gain::from_db(recorded->noise.db()).to_power_ratio();
            const double jitter = Gain::from_db(recorded->jitter_noise.db()).to_power_ratio();
            to.facts["jitter_under_noise_db"] =
                Gain::from_power_ratio(std::max(1e-30, with - jitter) / std::max(1e-30, jitter))
                    .db();
        }
    }
}

void add_trust(const std::vector<AssumedFigure>& assumed,
               const std::set<std::string>& unverified,
               Judged& to) {
    double most_db = 0.0;
    for (const AssumedFigure& figure : assumed) {
        const double moved_db = std::max(figure.matters_snr.db(), figure.matters_gain.db());
        if (moved_db > most_db) {
            most_db = moved_db;
            to.words["figure"] = figure.assumption.field + " of " + figure.assumption.gear;
            to.facts["assumed_value"] = figure.assumption.typical.value;
        }
    }
    to.facts["assumed_matters_db"] = most_db;
    to.facts["assumed_count"] = static_cast<double>(assumed.size());
    to.facts["unverified_count"] = static_cast<double>(unverified.size());
}

/// Whose loudspeaker wire ends in something else than a loudspeaker.
void add_amplifiers(const PlaybackSolution& playback, Judged& to) {
    const auto& devices = playback.spec->devices;
    const auto class_of = [](const DeviceSpec& spec) {
        return spec.candidates.empty() || spec.candidates.front() == nullptr
                   ? std::optional<GearClass>{}
                   : std::optional(spec.candidates.front()->gear_class);
    };
    for (std::size_t i = 0; i + 1 < devices.size(); ++i) {
        const GearEntry* entry =
            devices[i].candidates.empty() ? nullptr : devices[i].candidates.front();
        const bool drives =
            entry != nullptr && entry->gear_class == GearClass::amplifier && entry->kind == "power";
        std::size_t next = i + 1;
        while (next < devices.size() && class_of(devices[next]) == GearClass::cable) {
            ++next;
        }
        const bool ends_well =
            next == devices.size() || class_of(devices[next]) == GearClass::speaker;
        const auto stage = std::ranges::find_if(
            playback.stages, [&](const StageLevels& levels) { return levels.device == i + 1; });
        if (drives && !ends_well && stage != playback.stages.end() && stage->clip) {
            const double volts = to_volts(*stage->clip).value();
            to.facts["speaker_into_input"] = 1.0;
            to.facts["speaker_v"] = volts;
            to.facts["speaker_dbu"] = stage->clip->db();
            to.facts["speaker_w"] = volts * volts / 8.0;
            to.words["source"] = stage->name;
            to.words["device"] = playback.stages.back().name;
        }
    }
}

/// What keeps headphones from being louder: the volts of what drives them, or its power and current
/// into their impedance.
void add_drive(const PlaybackSolution& playback, Judged& to) {
    const double ohm = playback.transducer->impedance.value();
    const double phone_dbu = playback.stages.back().peak.db();
    to.facts["phone_ohm"] = ohm;
    to.facts["drive_missing"] = std::max(1.0, std::ceil(playback.shortfall.db()));
    double least_db = std::numeric_limits<double>::infinity();
    std::string driver = "the output";
    for (const StageLevels& stage : playback.stages) {
        const auto headroom = stage.headroom();
        if (headroom && headroom->db() < least_db) {
            least_db = headroom->db();
            driver = stage.name;
        }
    }
    const double most_v = to_volts(Dbu{phone_dbu + std::max(0.0, least_db)}).value();
    to.words["drive_limit"] =
        std::isfinite(least_db)
            ? fmt::format("{} gives {:.2g} V into {:.0f} ohm at the most: {:.2g} mW, {:.2g} mA.",
                          driver, most_v, ohm, 1e3 * most_v * most_v / ohm, 1e3 * most_v / ohm)
            : "";
}

void add_listening(const PlaybackSolution& playback, Judged& to) {
    const StageLevels& end = playback.stages.back();
    const auto& devices = playback.spec->devices;
    const GearEntry* last = devices.empty() || devices.back().candidates.empty()
                                ? nullptr
                                : devices.back().candidates.front();
    const bool is_guitar_amplifier =
        last != nullptr && last->gear_class == GearClass::amplifier && last->kind == "guitar";
    const bool has_box = std::ranges::any_of(devices, [](const DeviceSpec& spec) {
        return !spec.candidates.empty() && spec.candidates.front() != nullptr &&
               spec.candidates.front()->kind.starts_with("reamp");
    });
    to.facts["guitar_amplifier"] = yes(is_guitar_amplifier);
    to.facts["reamp_box"] = yes(has_box);
    to.facts["is_headphones"] =
        yes(last != nullptr && last->kind == "headphone" && last->gear_class == GearClass::speaker);
    to.facts["heard"] = yes(playback.average_spl.has_value());
    to.facts["shortfall_db"] = playback.shortfall.db();
    to.facts["average_dbu"] = end.average.db();
    if (playback.transducer && to.facts["is_headphones"] > 0.0) {
        add_drive(playback, to);
    }
    if (playback.wanted) {
        to.facts["wanted_dbu"] = playback.wanted->db();
        to.facts["over_wanted_db"] = (end.average - *playback.wanted).db();
    }
    if (playback.average_spl) {
        to.facts["average_db_spl"] = playback.average_spl->db();
        to.facts["wanted_db_spl"] = playback.average_spl->db() + playback.shortfall.db();
        to.facts["loudest_db_spl"] = playback.loudest_spl->db();
    }
    const auto& spec = devices.empty() ? DeviceSpec{} : devices.back();
    to.facts["consumer_input"] = yes(spec.nominal && spec.nominal->db() < -3.0);
    to.facts["pro_output"] =
        yes(!playback.path.stages.empty() && playback.path.stages.front().output_clip &&
            playback.path.stages.front().output_clip->db() >= pro_full_scale_dbu);
    to.facts["nominal_gap_db"] = spec.nominal ? 4.0 - spec.nominal->db() : 0.0;
    to.words["device"] = end.name;
}

void add_overload(const PlaybackSolution& playback, Judged& to) {
    double most_db = 0.0;
    for (const StageLevels& stage : playback.stages) {
        const auto headroom = stage.headroom();
        if (headroom && -headroom->db() > most_db + 0.01) {
            most_db = -headroom->db();
            to.words["first_to_clip"] = stage.name;
        }
    }
    to.facts["over_clip_db"] = most_db;
}

/// What concerns several of them: clocks, inputs that are taken twice.
Judged chain_facts(const ChainDocument& document, const ChainSolution& solution) {
    Judged judged;
    std::map<std::string, int> taken;
    std::set<std::string> internal;
    for (const SourceSpec& source : document.sources) {
        for (const DeviceSpec& device : source.devices) {
            for (const GearEntry* entry : device.candidates) {
                if (entry == nullptr || entry->gear_class != GearClass::interface) {
                    continue;
                }
                if (device.clock == "internal") {
                    internal.insert(entry->id);
                }
                const std::string input =
                    fmt::format("{}, input {}", entry->name(), device.channel);
                if (device.channel > 0 && ++taken[input] == 2) {
                    judged.words["input"] = input;
                }
            }
        }
    }
    judged.facts["internal_clocks"] = static_cast<double>(internal.size());
    judged.facts["input_taken_twice"] = yes(judged.words.contains("input"));
    judged.facts["calibration_misfits"] = static_cast<double>(solution.misfits.size());
    judged.words["misfits"] = fmt::format("{}", fmt::join(solution.misfits, "; "));
    return judged;
}

/// Those that say something is wrong; notes about figures don't count.
bool is_fault(const Finding& finding) { return finding.severity != verdict::Severity::info; }

} // namespace

std::vector<Finding> judge(const ChainDocument& document,
                           const ChainSolution& solution,
                           const verdict::Targets& targets,
                           const verdict::Rules& rules) {
    std::vector<Finding> all;
    const auto add = [&](const std::string& stage, Judged judged) {
        auto found = rules.judge("chain", stage, judged.facts, judged.words, targets);
        judged.facts = {{"faults", static_cast<double>(std::ranges::count_if(found, is_fault))},
                        {"snr_db", judged.facts.contains("snr_db") ? judged.facts["snr_db"] : 0.0},
                        {"recorded", yes(judged.facts.contains("snr_db"))}};
        auto healthy = rules.judge("chain", stage, judged.facts, judged.words, targets);
        std::ranges::move(found, std::back_inserter(all));
        std::erase_if(healthy, [](const Finding& finding) { return is_fault(finding); });
        std::ranges::move(healthy, std::back_inserter(all));
    };
    const Judged whole = chain_facts(document, solution);
    for (Finding& finding : rules.judge("chain", "chain", whole.facts, whole.words, targets)) {
        all.push_back(std::move(finding));
    }
    for (const SourceSolution& source : solution.sources) {
        Judged judged;
        add_levels(source, judged);
        add_wiring(source, judged);
        add_clock(source, solution, judged);
        add_trust(source.assumed, source.unverified, judged);
        add(source.id, std::move(judged));
    }
    for (const PlaybackSolution& playback : solution.playbacks) {
        Judged judged;
        add_amplifiers(playback, judged);
        add_listening(playback, judged);
        add_overload(playback, judged);
        add_trust(playback.assumed, playback.unverified, judged);
        add(playback.id, std::move(judged));
    }
    std::ranges::stable_sort(all, [](const Finding& a, const Finding& b) {
        return static_cast<int>(a.severity) > static_cast<int>(b.severity);
    });
    return all;
}

} // namespace gainstage::circuit
