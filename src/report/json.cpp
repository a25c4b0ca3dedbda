// SPDX-License-Identifier: MIT
#include "report/json.h"

#include "meter/channel_weight.h"
#include "report/figures.h"
#include "report/findings_json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

namespace gainstage::report {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no infinity: silence and what can't be measured are both null.
Json number(std::optional<double> value) {
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

/// 48000, not 48000.0: whole numbers as people write them.
Json whole(std::optional<double> value) {
    const bool is_whole =
        value && std::isfinite(*value) && *value == std::floor(*value) && std::abs(*value) < 9e15;
    return is_whole ? Json(static_cast<std::int64_t>(*value)) : number(value);
}

Json reading(const meter::Measurement& measured, const meter::ReadingSpec& spec, int channel) {
    const auto value = measured.value(spec.key, channel);
    return spec.decimals == 0 ? whole(value) : number(value); // no decimals: a count
}

template <typename Value>
Json level(const Level<Value>& value) {
    return number(value.db());
}

Json schema(const char* name) { return {{"name", name}, {"version", 1}}; }

std::string document(const Json& json) {
    // A file name may hold bytes that are no UTF-8; a document may not.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Json channels_detail(const meter::Measurement& measured) {
    Json channels = Json::array();
    for (int channel = 0; channel < measured.layout.channels(); ++channel) {
        Json detail = {{"channel", channel},
                       {"speaker", audio::short_name(measured.layout[channel])},
                       {"loudness_weight", meter::channel_weight(measured.layout[channel])}};
        for (const meter::ReadingSpec* spec : meter::Bridge::readings()) {
            if (spec->per_channel && measured.shows(*spec)) {
                detail[std::string(spec->key)] = reading(measured, *spec, channel);
            }
        }
        channels.push_back(std::move(detail));
    }
    return channels;
}

Json clipped_runs(const meter::Measurement& measured) {
    Json runs = Json::array();
    for (const meter::ClippedRun& run : measured.clipped_runs) {
        const double start_s = static_cast<double>(run.first_frame) / measured.sample_rate.value();
        runs.push_back(
            {{"channel", run.channel}, {"start_s", number(start_s)}, {"frames", run.frames}});
    }
    return runs;
}

Json spectrum(const meter::Measurement& measured) {
    Json bands = Json::array();
    for (const meter::BandLevel& band : measured.spectrum) {
        bands.push_back(
            {{"nominal_hz", whole(band.nominal_hz)}, {"level_dbfs", level(band.level)}});
    }
    return bands;
}

/// The meter keys: what `meter` says of a file, and every other document of a stem, a mix or a
/// master.
void add_measurement(Json& to, const meter::Measurement& measured) {
    const bool has_rate = measured.sample_rate.value() > 0.0;
    to["sample_rate_hz"] = whole(measured.sample_rate.value());
    to["channels"] = measured.layout.channels();
    to["layout"] = measured.layout.name();
    to["frames"] = measured.frames;
    to["duration_s"] = number(has_rate ? measured.duration().value() : 0.0);
    to["dual_mono"] = measured.dual_mono;
    to["gating"] = gating_name(measured);
    for (const meter::ReadingSpec* spec : meter::Bridge::readings()) {
        if (measured.shows(*spec)) {
            to[std::string(spec->key)] = reading(measured, *spec, -1);
        }
    }
    if (!measured.spectrum.empty()) {
        to["spectrum"] = spectrum(measured);
    }
    to["non_finite_samples"] = measured.non_finite_samples;
    to["clipped_runs_detail"] = clipped_runs(measured);
    to["channels_detail"] = channels_detail(measured);
}

Json failure(const std::filesystem::path& path, const Error& error) {
    return {{"path", path.string()}, {"error", error.message()}};
}

/// Meters with ballistics: of each the highest, mean and last of its readings, ten a second; of
/// those that every channel has, an array.
void add_needles(Json& to, const measure::NeedleSeries& needles) {
    for (std::size_t i = 0; i < needles.columns.size(); ++i) {
        const auto& column = needles.columns[i];
        const auto summary = needles.summary(i);
        const std::string key(ballistics::meter_of(column.kind).key);
        for (const auto& [start, value] : {std::pair{"highest_", summary.highest},
                                           {"mean_", summary.mean},
                                           {"last_", summary.last}}) {
            if (column.channel < 0) {
                to[start + key] = number(value);
            } else {
                to[start + key].push_back(number(value)); // null becomes an array
            }
        }
    }
}

Json measured_file(const std::filesystem::path& path, const measure::MeasuredFile& file) {
    Json json = {
        {"path", path.string()}, {"container", file.info.container}, {"codec", file.info.codec}};
    json["partial"] = file.is_partial();
    if (file.damage) {
        json["error"] = file.damage->message();
    }
    add_measurement(json, file.measurement);
    add_needles(json, file.needles);
    return json;
}

Json noise(const take::Take& take) {
    Json json = {{"floor_dbfs", number(take.file.measurement.value(key::noise_floor))},
                 {"read_in_pause", take.pauses}};
    json["hum_hz"] = take.hum ? whole(take.hum->fundamental.value()) : Json(nullptr);
    json["hum_dbfs"] = take.hum ? level(take.hum->level) : Json(nullptr);
    json["hum_harmonics_dbfs"] = Json::array();
    for (std::size_t h = 0; take.hum && h < take.hum->harmonics.size(); ++h) {
        json["hum_harmonics_dbfs"].push_back(level(take.hum->harmonics[h]));
    }
    json["rumble_dbfs"] = take.noise_bands ? level(take.noise_bands->rumble) : Json(nullptr);
    json["hiss_dbfs"] = take.noise_bands ? level(take.noise_bands->hiss) : Json(nullptr);
    json["snr_db"] = number(take.file.measurement.value(key::snr));
    // As the others of these: mathematical RMS.
    json["chain_dbfs"] =
        take.preamp ? number(to_mathematical(take.preamp->noise).db()) : Json(nullptr);
    json["over_chain_db"] =
        take.noise_over_chain ? number(take.noise_over_chain->db()) : Json(nullptr);
    return json;
}

Json clipping(const take::Take& take) {
    Json spots = Json::array();
    for (const take::ClippedSpot& spot : take.clipping.spots) {
        spots.push_back({{"start_s", number(spot.start.value())},
                         {"kind", name(spot.kind)},
                         {"channel", spot.channel},
                         {"level_dbfs", level(spot.level)},
                         {"depth_db", spot.depth ? number(spot.depth->db()) : Json(nullptr)}});
    }
    return spots;
}

Json click_spots(const take::Take& take) {
    Json spots = Json::array();
    for (const take::Click& click : take.glitches.clicks.first) {
        const double rate_hz = take.file.info.sample_rate.value();
        const bool jump = click.kind == take::ClickKind::jump;
        spots.push_back({{"start_s", number(static_cast<double>(click.first_frame) / rate_hz)},
                         {"kind", jump ? "jump" : "wrong-samples"},
                         {"channel", click.channel},
                         {"wrong_samples", click.frames},
                         {"height_dbfs", level(click.height)}});
    }
    return spots;
}

Json exposure(const take::Exposure& seen) {
    Json moments = Json::array();
    for (const Dbfs peak : seen.moments) {
        moments.push_back(level(peak));
    }
    const auto share = [&](verdict::Zone zone) {
        return number(seen.zone_share[static_cast<std::size_t>(zone)]);
    };
    return {
        {"near_noise_dbfs", level(seen.near_noise)},
        {"hot_dbfs", level(seen.hot)},
        {"clip_dbfs", level(seen.clip)},
        {"zone_share",
         {{"blue", share(verdict::Zone::noise)},
          {"green", share(verdict::Zone::target)},
          {"yellow", share(verdict::Zone::hot)},
          {"red", share(verdict::Zone::clip)}}},
        {"histogram",
         {{"from_dbfs", take::Exposure::lowest_dbfs},
          {"step_db", take::Exposure::bin_db},
          {"share", seen.histogram}}},
        {"level", {{"step_s", number(seen.moment.value())}, {"peak_dbfs", std::move(moments)}}}};
}

/// The next take; null where too little was played to say.
void add_plan(Json& json, const take::Take& take) {
    const auto& plan = take.plan;
    const auto of_plan = [&](auto value) { return plan ? Json(value(*plan)) : Json(nullptr); };
    json["take_minutes"] = number(take.next_take->length.value() / 60.0);
    json["performer_allowance_db"] = number(take.next_take->allowance.db());
    json["preamp_step_db"] =
        take.next_take->step ? Json(number(take.next_take->step->db())) : Json(nullptr);
    json["playing_s"] = number(take.playing.value());
    json["expected_peak_dbfs"] =
        of_plan([](const take::GainPlan& p) { return level(p.prediction.expected); });
    json["expected_peak_interval_dbfs"] = of_plan([](const take::GainPlan& p) {
        return Json{level(p.prediction.low), level(p.prediction.high)};
    });
    json["expected_peak_with_allowance_dbfs"] = of_plan(
        [](const take::GainPlan& p) { return level((p.prediction + p.next.allowance).expected); });
    json["clip_odds_before"] =
        of_plan([](const take::GainPlan& p) { return number(p.clip_odds_before); });
    json["clip_odds_after"] =
        of_plan([](const take::GainPlan& p) { return number(p.clip_odds_after); });
}

/// What to do with the pad; null where it isn't known to have one.
Json pad(const take::Take& take) {
    if (!take.setting || !take.setting->pad) {
        return nullptr;
    }
    return take.setting->pad->db() != 0.0 ? "in" : "out";
}

Json preamp(const take::Take& take) {
    if (!take.preamp) {
        return nullptr;
    }
    return {{"name", take.preamp->name},
            {"gain_db", number(take.preamp->gain.db())},
            {"gain_is_set", take.preamp->gain_is_set},
            {"gain_after_db", number(take.setting->gain.db())}};
}

Json inspected(const std::filesystem::path& path, const take::Take& take) {
    const std::optional<Hertz>& rate = take.clipping.rate;
    const std::optional<Dbfs>& held = take.clipping.held_level;
    Json json = {{"path", path.string()},
                 {"zone", verdict::colour(take.zone)},
                 {"gain_change_db", number(take.gain_change.db())},
                 {"pad", pad(take)},
                 {"preamp", preamp(take)},
                 {"clipped", take.clipping.count() > 0},
                 {"clipped_spots", take.clipping.count()},
                 {"clipping", clipping(take)},
                 {"clipped_rate_hz", rate ? number(rate->value()) : Json(nullptr)},
                 {"held_peaks", take.clipping.held_peaks},
                 {"held_level_dbfs", held ? number(held->db()) : Json(nullptr)},
                 {"noise", noise(take)},
                 {"exposure", exposure(take.exposure)},
                 {"dropouts", take.glitches.dropouts.count},
                 {"repeated_buffers", take.glitches.repeated_buffers.count},
                 {"clicks", take.glitches.clicks.count},
                 {"click_spots", click_spots(take)},
                 {"identical_channels", take.identical_channels},
                 {"findings", findings_json(take.findings)},
                 {"container", take.file.info.container},
                 {"codec", take.file.info.codec}};
    if (take.next_take) {
        add_plan(json, take);
    }
    add_measurement(json, take.file.measurement);
    return json;
}

Json mastered(const master::Master& master) {
    const SpecCheck spec = check(master);
    Json json = {{"source", master.source.string()},
                 {"medium", master.medium.id},
                 {"medium_name", master.medium.name},
                 {"file", master.file.string()},
                 {"path", master.file.string()}, // a meter key too
                 {"target_lufs", level(master.medium.loudness)},
                 {"tolerance_lu", number(master.medium.tolerance.db())},
                 {"ceiling_dbtp", level(master.medium.ceiling)},
                 {"in_spec", spec.in_spec()},
                 {"loudness_reached", master.loudness_reached},
                 {"drive_db", number(master.drive.db())},
                 {"max_gain_reduction_db", number(master.max_gain_reduction.db())},
                 {"limited_share", number(master.limited_share)},
                 {"true_peak_16x_dbtp", level(master.true_peak_16x)}};
    add_measurement(json, master.after);
    json["findings"] = findings_json(master.findings);
    return json;
}

Json failed_master(const std::filesystem::path& source,
                   const verdict::Medium& medium,
                   const Error& error) {
    return {{"source", source.string()}, {"medium", medium.id}, {"error", error.message()}};
}

Json skipped(const std::vector<mix::SkippedTrack>& tracks) {
    Json list = Json::array();
    for (const mix::SkippedTrack& skip : tracks) {
        list.push_back({{"name", skip.track.name},
                        {"path", skip.track.file.string()},
                        {"error", skip.error.message()}});
    }
    return list;
}

Json staged(const std::vector<mix::StagedTrack>& tracks) {
    Json list = Json::array();
    for (const mix::StagedTrack& track : tracks) {
        list.push_back({{"name", track.planned.name},
                        {"path", track.planned.file.string()},
                        {"role", track.planned.role},
                        {"trim_db", number(track.planned.trim.db())},
                        {"fader_db", number(track.planned.fader.db())},
                        {"pan", number(track.planned.pan)},
                        {"active_after_trim_dbfs", level(track.active_after)},
                        {"peak_after_trim_dbfs", level(track.peak_after)},
                        {"active_in_mix_dbfs", level(track.active_at_mix)},
                        {"peak_in_mix_dbfs", level(track.peak_at_mix)}});
    }
    return list;
}

/// The same document as plan.json: mix alone knows what a plan holds.
Json plan_document(const mix::Plan& plan) {
    constexpr bool throws = false;
    Json json = Json::parse(mix::to_json(plan), nullptr, throws);
    return json.is_discarded() ? Json(nullptr) : json;
}

Json rendered(const mix::RenderedMix& mix) {
    Json json = {{"file", mix.file.string()}, {"path", mix.file.string()}};
    add_measurement(json, mix.measurement);
    return json;
}

Json outcome(const Outcome<measure::MeasuredFile>& file) {
    return file.result ? measured_file(file.path, *file.result)
                       : failure(file.path, file.result.error());
}

} // namespace

std::string meter_json(std::span<const Outcome<measure::MeasuredFile>> files) {
    MeterDocument document;
    std::string out = document.begin();
    for (const auto& file : files) {
        out += document.file(file);
    }
    return out + document.end();
}

std::string MeterDocument::begin() {
    any_ = false;
    const std::string head =
        document({{"schema", schema("gainstage.meter")}, {"files", Json::array()}});
    return head.substr(0, head.rfind(']')); // up to where the files belong
}

std::string MeterDocument::file(const Outcome<measure::MeasuredFile>& file) {
    std::string out = any_ ? "," : "";
    any_ = true;
    std::istringstream lines(document(outcome(file)));
    for (std::string line; std::getline(lines, line);) {
        out += "\n    " + line;
    }
    return out;
}

std::string MeterDocument::end() { return any_ ? "\n  ]\n}\n" : "]\n}\n"; }

std::string meter_json_line(const Outcome<measure::MeasuredFile>& file) {
    Json line = {{"schema", schema("gainstage.meter.file")}};
    line.update(outcome(file));
    return line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

namespace {

Json session(const take::SessionCheck& check, std::span<const Outcome<take::Take>> takes) {
    std::vector<std::string> paths;
    for (const auto& take : takes) {
        if (take.result) {
            paths.push_back(take.path.string());
        }
    }
    Json pairs = Json::array();
    for (const take::RelatedPair& pair : check.pairs) {
        pairs.push_back(
            {{"first", paths[pair.first]},
             {"second", paths[pair.second]},
             {"channels", pair.channels},
             {"delay_ms", number(1e3 * pair.relation.delay.value())},
             {"polarity_swapped", pair.relation.swapped},
             {"identical", pair.identical},
             {"drift_ppm",
              pair.relation.drift_ppm ? number(*pair.relation.drift_ppm) : Json(nullptr)},
             {"level_difference_db",
              pair.level_difference ? number(pair.level_difference->db()) : Json(nullptr)}});
    }
    Json runs = nullptr;
    if (check.runs) {
        Json peaks = Json::array();
        for (const Dbfs peak : check.runs->expected_peaks) {
            peaks.push_back(level(peak));
        }
        runs = {
            {"peaks_dbfs", std::move(peaks)},
            {"spread_db", number(check.runs->spread.db())},
            {"differs", check.runs->differs ? Json(paths[*check.runs->differs]) : Json(nullptr)}};
    }
    return {{"pairs", std::move(pairs)},
            {"runs", std::move(runs)},
            {"findings", findings_json(check.findings)}};
}

} // namespace

std::string take_json(std::span<const Outcome<take::Take>> takes, const take::SessionCheck* check) {
    Json list = Json::array();
    for (const auto& take : takes) {
        list.push_back(take.result ? inspected(take.path, *take.result)
                                   : failure(take.path, take.result.error()));
    }
    Json json = {{"schema", schema("gainstage.take")}, {"takes", std::move(list)}};
    if (check != nullptr) {
        json["session"] = session(*check, takes);
    }
    return document(json);
}

std::string stage_json(const mix::Staging& staging, const mix::RenderedMix* mix) {
    Json json = {{"schema", schema("gainstage.stage")},
                 {"plan", plan_document(staging.plan)},
                 {"tracks", staged(staging.tracks)},
                 {"skipped", skipped(staging.skipped)},
                 {"expected_mix_peak_dbfs", level(staging.expected_mix_peak)},
                 {"expected_mix_true_peak_dbtp", level(staging.expected_mix_true_peak)},
                 {"mix", mix != nullptr ? rendered(*mix) : Json(nullptr)}};
    std::vector<verdict::Finding> all = staging.findings;
    if (mix != nullptr) {
        all.insert(all.end(), mix->findings.begin(), mix->findings.end());
    }
    json["findings"] = findings_json(all);
    return document(json);
}

std::string applied_json(const mix::Plan& plan, const mix::RenderedMix& mix) {
    return document({{"schema", schema("gainstage.stage")},
                     {"plan", plan_document(plan)},
                     {"skipped", skipped(mix.skipped)},
                     {"mix", rendered(mix)},
                     {"findings", findings_json(mix.findings)}});
}

std::string master_json(std::span<const MasterOutcome> masters) {
    Json list = Json::array();
    for (const MasterOutcome& master : masters) {
        list.push_back(master.result
                           ? mastered(*master.result)
                           : failed_master(master.path, master.medium, master.result.error()));
    }
    return document({{"schema", schema("gainstage.master")}, {"masters", std::move(list)}});
}

std::string production_json(const produce::Production& production) {
    Json takes = Json::array();
    for (const produce::Stem& stem : production.stems) {
        Json json = {{"name", stem.track.name}, {"role", stem.track.role}};
        json.update(stem.take ? inspected(stem.track.file, *stem.take)
                              : failure(stem.track.file, stem.take.error()));
        takes.push_back(std::move(json));
    }
    Json masters = Json::array();
    for (const produce::Delivery& delivery : production.deliveries) {
        masters.push_back(delivery.master ? mastered(*delivery.master)
                                          : failed_master(production.mix.file, delivery.medium,
                                                          delivery.master.error()));
    }
    Json mix = rendered(production.mix);
    mix["expected_peak_dbfs"] = level(production.staging.expected_mix_peak);
    mix["expected_true_peak_dbtp"] = level(production.staging.expected_mix_true_peak);
    return document({{"schema", schema("gainstage.report")},
                     {"title", production.session.title},
                     {"takes", std::move(takes)},
                     {"plan", plan_document(production.staging.plan)},
                     {"staged", staged(production.staging.tracks)},
                     {"skipped", skipped(production.staging.skipped)},
                     {"mix", std::move(mix)},
                     {"masters", std::move(masters)},
                     {"findings", findings_json(produce::all_findings(production))}});
}

} // namespace gainstage::report
