// SPDX-License-Identifier: MIT
#include "circuit/playback.h"

#include <algorithm>
#include <cmath>

namespace gainstage::circuit {
namespace {

/// The impedance of the transducer that a device drives: the next one behind
/// it.
std::optional<Ohms> load_of(const std::vector<DeviceSpec>& devices, std::size_t index) {
    SheetNotes unused;
    for (std::size_t i = index + 1; i < devices.size(); ++i) {
        for (const GearEntry* entry : devices[i].candidates) {
            if (entry != nullptr && entry->gear_class == GearClass::speaker) {
                return transducer(*entry, 1.0, 1, unused).impedance;
            }
        }
    }
    return std::nullopt;
}

Device device_of(const std::vector<DeviceSpec>& devices,
                 std::size_t index,
                 PlaybackSolution& solution,
                 SheetNotes& notes) {
    const DeviceSpec& spec = devices[index];
    const GearEntry* entry = spec.candidates.empty() ? nullptr : spec.candidates.front();
    if (entry != nullptr && entry->gear_class == GearClass::amplifier) {
        Device device = amplifier(*entry, load_of(devices, index), notes);
        if (spec.gain.value && device.stages.front().gain()) {
            device.stages.front().set_gain(*spec.gain.value);
        }
        return device;
    }
    if (entry != nullptr && entry->gear_class == GearClass::speaker) {
        solution.transducer = transducer(*entry, spec.distance_m, spec.count, notes);
        return solution.transducer->device;
    }
    auto variants = variants_of(spec, 0, notes);
    return variants.empty() ? Device{} : std::move(variants.front().device);
}

/// An interface's output that leads the path; another source where none does.
SourceDevice source_of(const PlaybackSpec& spec, DbfsRms average, Dbfs peak, SheetNotes& notes) {
    const DeviceSpec* first = spec.devices.empty() ? nullptr : &spec.devices.front();
    const GearEntry* entry =
        first == nullptr || first->candidates.empty() ? nullptr : first->candidates.front();
    if (entry != nullptr && entry->gear_class == GearClass::interface) {
        return output(*entry, first->output, average, peak, load_of(spec.devices, 0), notes);
    }
    // No converter is named: +18 dBu at full scale, EBU R 68.
    const Dbu full_scale{18.0};
    return line_source("line output", full_scale + Gain::from_db(average.db()),
                       full_scale + Gain::from_db(peak.db()), Ohms{100.0});
}

/// The average that is wanted behind the last stage.
std::optional<Dbu>
wanted_level(const PlaybackSpec& spec, const PlaybackSolution& solution, SheetNotes& notes) {
    if (spec.target && solution.transducer) {
        return Dbu{(*spec.target - solution.transducer->at_0_dbu).db()};
    }
    if (spec.as != nullptr) {
        return instrument(*spec.as, notes).average;
    }
    if (!spec.devices.empty()) {
        return spec.devices.back().nominal;
    }
    return std::nullopt;
}

/// How far it may come up until something clips.
Gain room(const Path& path, const std::vector<Gain>& gains_now, Dbu peak) {
    Gain least = Gain::from_db(std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < gains_now.size(); ++i) {
        const Gain own = i == 0 ? gains_now[0] : gains_now[i] - gains_now[i - 1];
        if (const auto clip = clip_behind(path.stages[i], own)) {
            least = std::min(least, *clip - (peak + gains_now[i]));
        }
    }
    return least;
}

void set_volume(PlaybackSolution& solution, const PlaybackSpec& spec) {
    Stage& first = solution.path.stages.front();
    if (!first.gain() || spec.devices.empty()) {
        return;
    }
    if (spec.devices.front().gain.value) {
        solution.volume = *spec.devices.front().gain.value;
    } else if (solution.wanted) {
        const auto now = gains(solution.path);
        const Gain missing = *solution.wanted - (solution.signal.average + now.back());
        const Gain clipping =
            std::max(Gain::from_db(-100.0), room(solution.path, now, solution.signal.peak));
        solution.volume = std::clamp(std::min(missing, clipping), Gain::from_db(-100.0), Gain{});
    } else {
        solution.volume = Gain{};
    }
    first.set_gain(*solution.volume);
}

/// A full-scale sine at full volume, as far as nothing clips.
std::optional<DbSpl> loudest(const PlaybackSolution& solution, Dbu full_scale) {
    if (!solution.transducer) {
        return std::nullopt;
    }
    Path path = solution.path;
    path.stages.front().set_gain(Gain{});
    const auto now = gains(path);
    Dbu level = full_scale;
    level = level + std::min(Gain{}, room(path, now, full_scale));
    DbSpl spl = solution.transducer->at_0_dbu + (level + now.back() - Dbu{0.0});
    if (solution.transducer->loudest) {
        spl = std::min(spl, *solution.transducer->loudest);
    }
    return spl;
}

} // namespace

PlaybackSolution
solve_playback(const PlaybackSpec& spec, DbfsRms average, Dbfs peak, double temperature_k) {
    SheetNotes notes;
    PlaybackSolution solution;
    solution.spec = &spec;
    solution.id = spec.id;
    solution.source = source_of(spec, average, peak, notes);
    solution.path.temperature_k = temperature_k;
    solution.path.stages = solution.source.device.stages;
    std::vector<std::size_t> device_of_stage(solution.path.stages.size(), 0);
    const bool led_by_interface = solution.path.stages.front().gain().has_value();
    for (std::size_t i = led_by_interface ? 1 : 0; i < spec.devices.size(); ++i) {
        solution.devices.push_back(device_of(spec.devices, i, solution, notes));
        for (const Stage& stage : solution.devices.back().stages) {
            solution.path.stages.push_back(stage);
            device_of_stage.push_back(i + 1);
        }
    }
    // What is played is known to the dB: no performer, no tail.
    solution.signal = {solution.source.average, solution.source.peak, Gain{}, Gain::from_db(0.1),
                       Seconds{60.0}};
    solution.wanted = wanted_level(spec, solution, notes);
    set_volume(solution, spec);
    solution.response = respond(solution.path);
    solution.stages = levels_along(solution.path, solution.response, solution.signal);
    add_odds(solution.path, solution.signal, solution.stages);
    for (std::size_t i = 0; i < solution.stages.size(); ++i) {
        solution.stages[i].device = device_of_stage[i];
    }
    const StageLevels& end = solution.stages.back();
    if (solution.wanted) {
        solution.shortfall = std::max(Gain{}, *solution.wanted - end.average);
    }
    if (solution.transducer) {
        const auto heard = [&](Dbu level) {
            return solution.transducer->at_0_dbu + (level - Dbu{0.0});
        };
        solution.average_spl = heard(end.average);
        solution.peak_spl = heard(end.peak) + aes17_offset;
        const Dbu full_scale = solution.source.peak - Gain::from_db(peak.db());
        solution.loudest_spl = loudest(solution, full_scale);
    }
    for (Assumption& assumption : notes.assumptions) {
        solution.assumed.push_back({std::move(assumption), Gain{}, Gain{}});
    }
    solution.unverified = std::move(notes.unverified);
    return solution;
}

} // namespace gainstage::circuit
