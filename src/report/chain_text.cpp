// SPDX-License-Identifier: MIT
#include "circuit/explain.h"
#include "report/chain.h"
#include "report/chain_parts.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/items.h"
#include "report/table.h"
#include "report/wiring.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

using circuit::Candidate;
using circuit::StageLevels;

std::string level(std::optional<double> db, const TextOptions& options, int decimals = 1) {
    return figure(db, decimals, options.unicode);
}

template <typename Value>
std::optional<double> in_db(const std::optional<Value>& value) {
    return value ? std::optional(value->db()) : std::nullopt;
}

/// Without its unit.
std::string gain_figure(std::optional<double> db) {
    const std::string words = gain_text(Gain::from_db(db.value_or(0.0)), 1);
    return words.substr(0, words.find(" dB"));
}

std::string stages_table(const std::vector<StageLevels>& stages, const TextOptions& options) {
    std::vector<TableColumn> columns = {{"Stage", "", false}};
    for (const StageFigure& one : stage_figures()) {
        columns.push_back({one.label, one.unit});
    }
    columns.push_back({odds_label, ""});
    Table table(std::move(columns));
    for (const StageLevels& stage : stages) {
        const auto headroom = in_db(stage.headroom());
        const Ink ink = headroom && *headroom < 0.0 ? Ink::red : Ink::plain;
        std::vector<Cell> row = {{clean(stage.name)}};
        for (const StageFigure& one : stage_figures()) {
            row.push_back(
                {one.is_gain ? gain_figure(one.of(stage)) : level(one.of(stage), options)});
        }
        row.push_back({stage_odds(stage), ink});
        table.add(std::move(row));
    }
    return table.str(options);
}

/// What to set, device by device.
std::string settings_items(const Candidate& candidate, const TextOptions& options) {
    std::string out;
    for (const circuit::DeviceSettings& settings : candidate.settings) {
        const std::string words = circuit::described(settings);
        if (!words.empty() && !settings.left_out) {
            out += item("  set " + clean(settings.name) + ':', Ink::strong, clean(words), options);
        }
    }
    return out;
}

/// ", calibrated: 0.42 dB over the data sheet".
std::string calibrated_words(const circuit::Recorded& recorded) {
    if (!recorded.calibrated) {
        return "";
    }
    const double db = recorded.calibrated->db();
    return fmt::format(", calibrated: {} dB {} the data sheet", figure(std::abs(db), 2),
                       db < 0.0 ? "under" : "over");
}

std::string recorded_item(const Candidate& candidate, const TextOptions& options) {
    if (!candidate.recorded) {
        return "";
    }
    const circuit::Recorded& recorded = *candidate.recorded;
    return item("  recorded:", Ink::strong,
                fmt::format("average {} dBFS (AES17), peaks {} dBFS, noise {} dBFS, {} dB of "
                            "signal-to-noise ratio ({} dB A-weighted); 0 dBFS is {} dBu at the "
                            "converter{}",
                            level(recorded.average.db(), options),
                            level(recorded.peak.db(), options), level(recorded.noise.db(), options),
                            level(recorded.snr().db(), options),
                            level(recorded.snr_a_weighted().db(), options),
                            level(recorded.full_scale.db(), options), calibrated_words(recorded)),
                options);
}

std::string assumption_items(const std::vector<circuit::AssumedFigure>& assumed,
                             const std::set<std::string>& unverified,
                             const TextOptions& options) {
    std::string out;
    for (const std::string& sentence : assumed_sentences(assumed)) {
        out += item("  assumed:", Ink::yellow, clean(sentence), options);
    }
    if (!unverified.empty()) {
        out += item("  unverified figure" + std::string(unverified.size() == 1 ? ":" : "s:"),
                    Ink::yellow, clean(unverified_list(unverified)), options);
    }
    return out;
}

/// A row a way to set it.
std::string comparison_table(const circuit::SourceSolution& source, const TextOptions& options) {
    Table table({{"Way to set it", "", false},
                 {"Gain", "dB"},
                 {"SNR", "dB"},
                 {"Peak", "dBFS"},
                 {"Odds of clipping", ""},
                 {"What of it", "", false}});
    const auto add = [&](const std::string& name, const Candidate& candidate,
                         const std::string& outcome, Ink ink) {
        std::optional<double> gain_db;
        for (const auto& settings : candidate.settings) {
            gain_db = settings.gain ? in_db(settings.gain) : gain_db;
        }
        table.add({{clean(name), ink},
                   {level(gain_db, options)},
                   {level(candidate.snr().db(), options)},
                   {level(candidate.recorded ? std::optional(candidate.recorded->peak.db())
                                             : std::nullopt,
                          options)},
                   {circuit::odds_text(candidate.clip_odds),
                    candidate.within_odds() ? Ink::plain : Ink::red},
                   {clean(outcome)}});
    };
    add("as above", source.best, "the best", Ink::green);
    for (const circuit::Alternative& other : source.alternatives) {
        add(other.difference, other.candidate, other.outcome, Ink::plain);
    }
    return table.str(options);
}

/// A picture for each way to set it, over one range.
std::string drawn(std::span<const LevelDiagram> diagrams, const ChainTextOptions& options) {
    std::string out;
    for (const LevelDiagram& diagram : diagrams) {
        out += '\n' + to_text(diagram, options.text);
    }
    return out;
}

std::string source_text(const circuit::SourceSolution& source,
                        const ChainTextOptions& options,
                        std::span<const LevelDiagram> diagrams) {
    std::string out = inked(clean(source.id), Ink::strong, options.text);
    out += source.combinations > 1
               ? fmt::format(": the best of {} ways to set it\n", source.combinations)
               : "\n";
    out +=
        settings_items(source.best, options.text) + recorded_item(source.best, options.text) + '\n';
    out += stages_table(source.best.stages, options.text) + '\n';
    for (const std::string& reason : source.reasons) {
        out += item("  why:", Ink::dim, clean(reason), options.text);
    }
    if (options.compare) {
        out += '\n' + comparison_table(source, options.text);
    }
    out += assumption_items(source.assumed, source.unverified, options.text);
    return out + drawn(diagrams, options);
}

std::string playback_text(const circuit::PlaybackSolution& playback,
                          const ChainTextOptions& options,
                          std::span<const LevelDiagram> diagrams) {
    std::string out = inked(clean(playback.id), Ink::strong, options.text) + '\n';
    if (playback.volume) {
        out += item("  set the output:", Ink::strong, gain_text(*playback.volume, 1) + " from full",
                    options.text);
    }
    if (playback.average_spl) {
        out += item("  heard:", Ink::strong,
                    fmt::format("{} dB SPL on average, peaks of {} dB SPL; at most {} dB SPL",
                                level(in_db(playback.average_spl), options.text),
                                level(in_db(playback.peak_spl), options.text),
                                level(in_db(playback.loudest_spl), options.text)),
                    options.text);
    }
    out += '\n' + stages_table(playback.stages, options.text);
    out += assumption_items(playback.assumed, playback.unverified, options.text);
    return out + drawn(diagrams, options);
}

} // namespace

std::string chain_text(const SolvedChain& chain, const ChainTextOptions& options) {
    std::string out =
        chain.title.empty() ? "" : inked(clean(chain.title), Ink::strong, options.text) + "\n\n";
    std::vector<verdict::Finding> findings = chain.findings;
    std::erase_if(findings, is_about_figures);
    out += findings.empty() ? "" : finding_items(findings, true, options.text) + '\n';
    const auto diagrams =
        options.diagrams ? chain_diagrams(chain, options.compare) : std::vector<LevelDiagram>{};
    std::span<const LevelDiagram> left = diagrams;
    const auto next = [&](std::size_t count) {
        const auto now = left.first(std::min(count, left.size()));
        left = left.subspan(now.size());
        return now;
    };
    std::string gap;
    for (const circuit::SourceSolution& source : chain.solution.sources) {
        out += gap + source_text(source, options,
                                 next(1 + (options.compare ? source.alternatives.size() : 0)));
        gap = "\n";
    }
    for (const circuit::PlaybackSolution& playback : chain.solution.playbacks) {
        out += gap + playback_text(playback, options, next(1));
        gap = "\n";
    }
    for (const WiringMap& map : wiring_of(chain.solution)) {
        out += options.diagrams ? gap + wiring_text(map, options.text) : "";
    }
    return out;
}

} // namespace gainstage::report
