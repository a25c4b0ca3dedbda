// SPDX-License-Identifier: MIT
#include "circuit/explain.h"
#include "report/chain.h"
#include "report/findings_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace gainstage::report {
namespace {

using Json = nlohmann::ordered_json;
using circuit::Candidate;
using circuit::DeviceSettings;
using circuit::StageLevels;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

template <typename Value>
Json db(const std::optional<Value>& value) {
    return value ? number(value->db()) : Json(nullptr);
}

template <typename Value>
Json db(const Value& value) {
    return number(value.db());
}

Json stage_json(const StageLevels& stage) {
    return {{"name", stage.name},
            {"kind", circuit::name(stage.kind)},
            {"gain_db", db(stage.gain)},
            {"average_dbu", db(stage.average)},
            {"peak_dbu", db(stage.peak)},
            {"noise_dbu", db(stage.noise)},
            {"noise_a_weighted_dbu", db(stage.noise_a_weighted)},
            {"clip_dbu", db(stage.clip)},
            {"headroom_db", db(stage.headroom())},
            {"snr_db", number(stage.snr().db())},
            {"clip_odds", number(stage.clip_odds)},
            {"clip_odds_per_minute", number(stage.clip_odds_per_minute)}};
}

Json stages_json(const std::vector<StageLevels>& stages) {
    Json list = Json::array();
    for (const StageLevels& stage : stages) {
        list.push_back(stage_json(stage));
    }
    return list;
}

Json device_settings_json(const DeviceSettings& settings) {
    Json json = {{"gear", settings.gear.empty() ? Json(nullptr) : Json(settings.gear)},
                 {"name", settings.name},
                 {"left_out", settings.left_out}};
    json["input"] = settings.input ? Json(*settings.input) : Json(nullptr);
    json["gain_db"] = db(settings.gain);
    json["pad_db"] = db(settings.pad);
    json["input_impedance_ohm"] =
        settings.impedance ? number(settings.impedance->value()) : Json(nullptr);
    json["nominal"] =
        settings.nominal ? Json(std::string(circuit::name(*settings.nominal))) : Json(nullptr);
    json["phantom"] = settings.phantom ? Json(*settings.phantom) : Json(nullptr);
    return json;
}

/// The knob and switches of the last device that has some: what one sets on the interface.
Json settings_json(const std::vector<DeviceSettings>& all) {
    Json json = {{"gain_db", nullptr},
                 {"pad_db", nullptr},
                 {"input", nullptr},
                 {"nominal", nullptr},
                 {"phantom", nullptr}};
    for (const DeviceSettings& settings : all) {
        if (settings.gain || settings.input) {
            json["gain_db"] = db(settings.gain);
            json["pad_db"] = db(settings.pad);
            json["input"] = settings.input ? Json(*settings.input) : Json(nullptr);
            json["nominal"] = settings.nominal ? Json(std::string(circuit::name(*settings.nominal)))
                                               : Json(nullptr);
            json["phantom"] = settings.phantom ? Json(*settings.phantom) : Json(nullptr);
        }
    }
    Json devices = Json::array();
    for (const DeviceSettings& settings : all) {
        devices.push_back(device_settings_json(settings));
    }
    json["devices"] = std::move(devices);
    return json;
}

Json recorded_json(const Candidate& candidate) {
    if (!candidate.recorded) {
        return nullptr;
    }
    const circuit::Recorded& recorded = *candidate.recorded;
    return {{"average_dbfs", db(recorded.average)},
            {"peak_dbfs", db(recorded.peak)},
            {"noise_dbfs", db(recorded.noise)},
            {"noise_a_weighted_dbfs", db(recorded.noise_a_weighted)},
            {"jitter_noise_dbfs", db(recorded.jitter_noise)},
            {"snr_db", number(recorded.snr().db())},
            {"snr_a_weighted_db", number(recorded.snr_a_weighted().db())},
            {"full_scale_dbu", db(recorded.full_scale)},
            {"calibrated_db", db(recorded.calibrated)}};
}

Json bottleneck_json(const Candidate& candidate) {
    const circuit::Bottleneck& bottleneck = candidate.bottleneck;
    return {{"stage", candidate.stages[bottleneck.stage].name},
            {"share", number(bottleneck.share)},
            {"gain_if_noiseless_db", db(bottleneck.if_it_were_noiseless)},
            {"gain_if_all_else_noiseless_db", db(bottleneck.if_only_it_were_left)},
            {"text", circuit::bottleneck_text(candidate)}};
}

Json corner(const std::optional<Hertz>& frequency) {
    return frequency ? number(frequency->value()) : Json(nullptr);
}

Json candidate_json(const Candidate& candidate) {
    return {{"settings", settings_json(candidate.settings)},
            {"recorded", recorded_json(candidate)},
            {"clip_odds", number(candidate.clip_odds)},
            {"first_to_clip", candidate.stages[candidate.first_to_clip].name},
            {"too_hot_db", db(candidate.excess)},
            {"shortfall_db", db(candidate.shortfall)},
            {"low_corner_hz", corner(candidate.corners.low)},
            {"high_corner_hz", corner(candidate.corners.high)}};
}

Json assumptions_json(const std::vector<circuit::AssumedFigure>& assumed) {
    Json list = Json::array();
    for (const circuit::AssumedFigure& figure : assumed) {
        list.push_back({{"gear", figure.assumption.gear},
                        {"figure", figure.assumption.field},
                        {"assumed", number(figure.assumption.typical.value)},
                        {"lowest", number(figure.assumption.typical.low)},
                        {"highest", number(figure.assumption.typical.high)},
                        {"changes_snr_db", db(figure.matters_snr)},
                        {"changes_gain_db", db(figure.matters_gain)}});
    }
    return list;
}

Json source_json(const circuit::SourceSolution& source) {
    Json json = {{"id", source.id}, {"stages", stages_json(source.best.stages)}};
    json.update(candidate_json(source.best));
    json["bottleneck"] = bottleneck_json(source.best);
    Json alternatives = Json::array();
    for (const circuit::Alternative& other : source.alternatives) {
        Json one = {{"difference", other.difference}, {"outcome", other.outcome}};
        one.update(candidate_json(other.candidate));
        alternatives.push_back(std::move(one));
    }
    json["alternatives"] = std::move(alternatives);
    json["combinations"] = source.combinations;
    json["reasons"] = source.reasons;
    json["assumptions"] = assumptions_json(source.assumed);
    json["unverified_figures"] = source.unverified;
    return json;
}

Json playback_json(const circuit::PlaybackSolution& playback) {
    return {{"id", playback.id},
            {"stages", stages_json(playback.stages)},
            {"volume_db", db(playback.volume)},
            {"wanted_dbu", db(playback.wanted)},
            {"shortfall_db", db(playback.shortfall)},
            {"average_db_spl", db(playback.average_spl)},
            {"peak_db_spl", db(playback.peak_spl)},
            {"loudest_db_spl", db(playback.loudest_spl)},
            {"assumptions", assumptions_json(playback.assumed)},
            {"unverified_figures", playback.unverified}};
}

} // namespace

std::string chain_json(const SolvedChain& chain) {
    Json sources = Json::array();
    for (const circuit::SourceSolution& source : chain.solution.sources) {
        sources.push_back(source_json(source));
    }
    Json playbacks = Json::array();
    for (const circuit::PlaybackSolution& playback : chain.solution.playbacks) {
        playbacks.push_back(playback_json(playback));
    }
    const Json document = {{"schema", {{"name", "gainstage.chain"}, {"version", 1}}},
                           {"title", chain.title},
                           {"take_minutes", number(chain.solution.take.value() / 60.0)},
                           {"clip_odds_max", number(chain.solution.clip_odds_max)},
                           {"sources", std::move(sources)},
                           {"playback", std::move(playbacks)},
                           {"findings", findings_json(chain.findings)}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace gainstage::report
