// SPDX-License-Identifier: MIT
#include "report/chain_parts.h"

#include "circuit/explain.h"

#include <algorithm>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

using circuit::StageLevels;

constexpr double worth_saying_db = 0.1; // what an assumed figure has to move to be listed

template <typename Value>
std::optional<double> db_of(const std::optional<Value>& value) {
    return value ? std::optional(value->db()) : std::nullopt;
}

using Db = std::optional<double>;

// clang-format off
constexpr StageFigure columns[] = {
    {"Gain",     "dB",  [](const StageLevels& stage) -> Db { return stage.gain.db(); }, true},
    {"Average",  "dBu", [](const StageLevels& stage) -> Db { return stage.average.db(); }},
    {"Peak",     "dBu", [](const StageLevels& stage) -> Db { return stage.peak.db(); }},
    {"Noise",    "dBu", [](const StageLevels& stage) -> Db { return stage.noise.db(); }},
    {"Clips at", "dBu", [](const StageLevels& stage) -> Db { return db_of(stage.clip); }},
    {"Headroom", "dB",  [](const StageLevels& stage) -> Db { return db_of(stage.headroom()); }},
    {"SNR",      "dB",  [](const StageLevels& stage) -> Db { return stage.snr().db(); }},
};
// clang-format on

} // namespace

std::span<const StageFigure> stage_figures() { return columns; }

std::string stage_odds(const StageLevels& stage) {
    return stage.clip ? circuit::odds_text(stage.clip_odds) : "";
}

std::vector<std::string> assumed_sentences(const std::vector<circuit::AssumedFigure>& assumed) {
    std::vector<std::string> sentences;
    for (const circuit::AssumedFigure& figure : assumed) {
        if (std::max(figure.matters_snr.db(), figure.matters_gain.db()) < worth_saying_db) {
            continue;
        }
        const circuit::Assumption& assumption = figure.assumption;
        sentences.push_back(fmt::format(
            "{}: {} isn't published; {:.4g} was taken ({:.4g} to {:.4g}). It moves the "
            "signal-to-noise ratio by up to {:.1f} dB and the gain by up to {:.1f} dB.",
            assumption.gear, assumption.field, assumption.typical.value, assumption.typical.low,
            assumption.typical.high, figure.matters_snr.db(), figure.matters_gain.db()));
    }
    return sentences;
}

bool is_about_figures(const verdict::Finding& finding) {
    return finding.code == "chain.assumed" || finding.code == "chain.unverified";
}

std::string unverified_list(const std::set<std::string>& unverified) {
    std::string list;
    std::string before;
    for (const std::string& name : unverified) {
        const auto colon = name.rfind(": ");
        const std::string gear = name.substr(0, colon);
        list += gear == before ? ", " + name.substr(colon + 2) : (list.empty() ? "" : "; ") + name;
        before = gear;
    }
    return list;
}

} // namespace gainstage::report
