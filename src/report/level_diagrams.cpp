// SPDX-License-Identifier: MIT
#include "report/level_diagrams.h"

#include "report/figures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace gainstage::report {
namespace {

/// How far above the noise blue reaches; nowhere, where no noise is known.
double over_noise_db(std::optional<double> noise_db, double margin_db) {
    return noise_db ? *noise_db + margin_db : -std::numeric_limits<double>::infinity();
}

/// The edges of a track's zones before it is balanced. An average is on target where take::advise
/// says so: near the average asked for, or as far under the lowest peak asked for as this signal's
/// peaks reach over its average. And it has to be far enough over its own noise.
ZoneEdges track_zones(const DiagramStage& stage,
                      double average_db,
                      double peak_max_db,
                      const verdict::Targets& targets) {
    double low_db = average_db;
    if (stage.peak_db && stage.average_db && std::isfinite(*stage.peak_db) &&
        std::isfinite(*stage.average_db)) {
        const double crest_db = *stage.peak_db - *stage.average_db;
        low_db = std::min(low_db, targets["recording.peak_min_dbfs"] - crest_db);
    }
    low_db = std::max(low_db, over_noise_db(stage.noise_db, targets["recording.snr_min_db"]));
    return {std::min(low_db, peak_max_db), peak_max_db, 0.0};
}

/// In the mix the balance decides how low a track sits: only its noise is too low there.
ZoneEdges balanced_zones(const DiagramStage& stage, const verdict::Targets& targets) {
    const double peak_max_db = targets["mix.peak_max_dbfs"];
    const double low_db = over_noise_db(stage.noise_db, targets["recording.snr_min_db"]);
    return {std::min(low_db, peak_max_db), peak_max_db, 0.0};
}

/// The music decides how low a mix's average is. Its softest moment may be music too: blue keeps
/// close to it.
ZoneEdges mix_zones(const DiagramStage& stage, const verdict::Targets& targets) {
    const double peak_max_db = targets["mix.peak_max_dbfs"];
    const double low_db = over_noise_db(stage.noise_db, targets["recording.pause_min_snr_db"]);
    return {std::min(low_db, peak_max_db), peak_max_db, 0.0};
}

ZoneEdges medium_zones(const DiagramStage& stage,
                       const verdict::Medium& medium,
                       const verdict::Targets& targets) {
    const double low_db = medium.loudness.is_silent() ? mix_zones(stage, targets).target_low_db
                                                      : (medium.loudness - medium.tolerance).db();
    return {std::min(low_db, medium.ceiling.db()), medium.ceiling.db(), medium.ceiling.db()};
}

/// Flat tops below full scale are where the stage before the converter clips; they vary a little,
/// the highest is it.
void apply_analogue_clipping(DiagramStage& stage, const take::Take& take) {
    Dbfs highest;
    for (const take::ClippedSpot& spot : take.clipping.spots) {
        if (spot.kind == take::ClippingKind::analogue) {
            highest = std::max(highest, spot.level);
        }
    }
    if (!highest.is_silent()) {
        stage.zones.clip_db = std::min(stage.zones.clip_db, highest.db());
    }
    stage.zones.target_high_db = std::min(stage.zones.target_high_db, stage.zones.clip_db);
    stage.zones.target_low_db = std::min(stage.zones.target_low_db, stage.zones.target_high_db);
}

std::optional<double> moved(std::optional<double> level_db, Gain gain) {
    return level_db ? std::optional{*level_db + gain.db()} : std::nullopt;
}

/// What lies under a stem that never pauses may be music: only a pause shows the noise.
bool shows_noise(const meter::Measurement& measured,
                 const take::Take* take,
                 const verdict::Targets& targets) {
    if (take != nullptr) {
        return take->pauses;
    }
    const auto snr = measured.value(key::snr);
    return snr && *snr >= targets["recording.pause_min_snr_db"];
}

DiagramStage recorded(const meter::Measurement& measured,
                      const take::Take* take,
                      const verdict::Targets& targets) {
    DiagramStage stage;
    stage.name = "recorded";
    if (shows_noise(measured, take, targets)) {
        stage.noise_db = as_aes17(measured.value(key::noise_floor));
    }
    stage.average_db = as_aes17(measured.value(key::active_rms));
    stage.peak_db = measured.value(key::sample_peak);
    stage.zones = track_zones(stage, targets["recording.average_dbfs"],
                              targets["recording.peak_max_dbfs"], targets);
    if (take != nullptr) {
        apply_analogue_clipping(stage, *take);
    }
    return stage;
}

LevelDiagram empty_diagram(std::string title) {
    LevelDiagram diagram;
    diagram.title = std::move(title);
    diagram.peak_name = "peak, dBFS";
    diagram.average_name = "average, dBFS (AES17)";
    return diagram;
}

/// A programme's levels are its loudness and its true peak.
DiagramStage programme(std::string name, const meter::Measurement& measured) {
    return {std::move(name),
            "",
            as_aes17(measured.value(key::noise_floor)),
            measured.value(key::integrated),
            measured.value(key::true_peak),
            {}};
}

DiagramStage through(DiagramStage stage, std::string name, const std::string& what, Gain gain) {
    stage.name = std::move(name);
    stage.gain = what + ' ' + typeset_gain(gain);
    stage.noise_db = moved(stage.noise_db, gain);
    stage.average_db = moved(stage.average_db, gain);
    stage.peak_db = moved(stage.peak_db, gain);
    return stage;
}

/// The tracks' sum before the mix gain, and the mix.
void add_mix(LevelDiagram& diagram,
             const produce::Production& production,
             const verdict::Targets& targets) {
    const Gain mix_gain = production.staging.plan.mix_gain;
    DiagramStage mix = programme("mix", production.mix.measurement);
    mix.zones = mix_zones(mix, targets);
    mix.gain = "mix gain " + typeset_gain(mix_gain);
    DiagramStage sum = through(mix, "sum of tracks", "", -mix_gain);
    sum.gain.clear();
    sum.zones = mix_zones(sum, targets);
    diagram.stages.push_back(std::move(sum));
    diagram.stages.push_back(std::move(mix));
}

DiagramStage
mastered(const master::Master& master, std::string name, const verdict::Targets& targets) {
    DiagramStage stage = programme(std::move(name), master.after);
    stage.zones = medium_zones(stage, master.medium, targets);
    stage.peak_db =
        master.true_peak_16x.db(); // the finest reading of the written file that there is
    return stage;
}

LevelDiagram programme_diagram(std::string title) {
    LevelDiagram diagram;
    diagram.title = std::move(title);
    diagram.peak_name = "true peak, dBTP";
    diagram.average_name = "loudness, LUFS";
    diagram.floor_name =
        "softest 0.4 s"; // a mix needn't have a pause in which its noise could be heard
    diagram.span_name = "to softest";
    diagram.clip_name = "over";
    return diagram;
}

} // namespace

LevelDiagram
take_diagram(const take::Take& take, std::string_view title, const verdict::Targets& targets) {
    LevelDiagram diagram = empty_diagram("Levels of " + std::string(title));
    diagram.stages.push_back(recorded(take.file.measurement, &take, targets));
    return diagram;
}

LevelDiagram file_diagram(const meter::Measurement& measured,
                          std::string_view title,
                          const verdict::Targets& targets) {
    LevelDiagram diagram = empty_diagram("Levels of " + std::string(title));
    DiagramStage take = recorded(measured, nullptr, targets);
    take.name = "as a take";
    DiagramStage track = take;
    track.name = "as a track";
    track.zones = track_zones(track, targets["track.average_target_dbfs"],
                              targets["track.peak_max_dbfs"], targets);
    DiagramStage mix = take;
    mix.name = "as a mix";
    mix.zones = mix_zones(mix, targets);
    diagram.stages = {std::move(take), std::move(track), std::move(mix)};
    return diagram;
}

LevelDiagram stem_diagram(const mix::StagedTrack& track,
                          const take::Take* take,
                          Gain mix_gain,
                          const verdict::Targets& targets) {
    LevelDiagram diagram =
        empty_diagram("Levels of " + track.planned.name + " from the recording to the mix");
    const DiagramStage first = recorded(track.before, take, targets);
    diagram.stages.push_back(first);

    DiagramStage trimmed = through(first, "trimmed", "trim", track.planned.trim);
    trimmed.average_db = track.active_after.db();
    trimmed.peak_db = track.peak_after.db();
    trimmed.zones = track_zones(trimmed, targets["track.average_target_dbfs"],
                                targets["track.peak_max_dbfs"], targets);
    diagram.stages.push_back(trimmed);

    DiagramStage mixed =
        through(trimmed, "in the mix", "fader + mix", track.planned.fader + mix_gain);
    mixed.gain = "fader + mix " + typeset_gain(track.planned.fader + mix_gain,
                                               1); // two decimals don't fit the column
    mixed.average_db = track.active_at_mix.db();
    mixed.peak_db = track.peak_at_mix.db();
    mixed.zones = balanced_zones(mixed, targets);
    diagram.stages.push_back(std::move(mixed));
    return diagram;
}

LevelDiagram master_diagram(const produce::Production& production,
                            const master::Master& master,
                            const verdict::Targets& targets) {
    LevelDiagram diagram =
        programme_diagram("Levels from the mix to the master for " + master.medium.name);
    add_mix(diagram, production, targets);
    DiagramStage driven = through(diagram.stages.back(), "driven", "drive", master.drive);
    driven.zones = medium_zones(driven, master.medium, targets);
    diagram.stages.push_back(std::move(driven));
    DiagramStage done = mastered(master, "master", targets);
    done.gain = "limiter " + typeset_gain(-master.max_gain_reduction);
    diagram.stages.push_back(std::move(done));
    return diagram;
}

LevelDiagram mix_diagram(const produce::Production& production, const verdict::Targets& targets) {
    LevelDiagram diagram = programme_diagram("Levels of the mix and its masters");
    add_mix(diagram, production, targets);
    for (const produce::Delivery& delivery : production.deliveries) {
        if (delivery.master) {
            DiagramStage stage = mastered(*delivery.master, delivery.medium.id, targets);
            stage.gain = "drive " + typeset_gain(delivery.master->drive);
            diagram.stages.push_back(std::move(stage));
        }
    }
    return diagram;
}

} // namespace gainstage::report
