// SPDX-License-Identifier: MIT
#include "take/session.h"

#include "audio/buffer.h"
#include "audio/io/source.h"
#include "meter/rms.h"
#include "meter/sample_peak.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace gainstage::take {
namespace {

constexpr std::size_t stretches = 5;
constexpr double least_common_s = 8.0;
constexpr std::size_t most_signals = 64;
constexpr double least_likeness = 0.98; // of two whitened spectra: the same but for gain and dither
constexpr double speed_of_sound_m_per_s = 343.0; // in air of 20 degrees Celsius
constexpr double nominal_step_db = 11.79; // +4 dBu over -10 dBV: 20 log10(1.2277 V / 0.3162 V)
constexpr double differs_db =
    4.0; // a run this far from the middle of the others, and twice their spread

/// The stretches of one channel of a file.
struct Signal {
    std::size_t take = 0;
    int channel = 0;
    std::vector<Whitened> parts;
};

Status skip(audio::io::Source& source, audio::AudioBuffer& buffer, std::uint64_t frames) {
    while (frames > 0) {
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(frames, buffer.frames()));
        const auto read = source.read(buffer.view().first(count));
        if (!read) {
            return read.error();
        }
        if (*read == 0) {
            return Done{};
        }
        frames -= *read;
    }
    return Done{};
}

/// Of the first two channels.
Result<std::vector<Signal>> listen(const Take& take,
                                   std::size_t index,
                                   std::span<const double> starts_s,
                                   PhaseTransform& transform) {
    auto source = audio::io::open(take.file.path);
    if (!source) {
        return source.error();
    }
    const audio::io::StreamInfo& info = (*source)->info();
    audio::AudioBuffer buffer(info.layout.channels(), static_cast<int>(PhaseTransform::frames));
    std::vector<Signal> signals;
    for (int c = 0; c < std::min(2, info.layout.channels()); ++c) {
        signals.push_back({index, c, {}});
    }
    std::uint64_t position = 0;
    for (const double start_s : starts_s) {
        const auto frame = static_cast<std::uint64_t>(start_s * info.sample_rate.value());
        if (const Status skipped = skip(**source, buffer, frame - std::min(frame, position));
            !skipped) {
            return skipped.error();
        }
        const auto read = (*source)->read(buffer.view());
        if (!read) {
            return read.error();
        }
        position = frame + *read;
        for (Signal& signal : signals) {
            signal.parts.push_back(
                transform.whitened(buffer.view().first(*read).channel(signal.channel)));
        }
    }
    return signals;
}

bool alike(const Signal& a, const Signal& b) {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < a.parts.size(); ++i) {
        for (std::size_t k = 0; k < a.parts[i].bins.size(); ++k) {
            sum += static_cast<double>((std::conj(a.parts[i].bins[k]) * b.parts[i].bins[k]).real());
        }
        const bool heard = a.parts[i].power > 0.0 && b.parts[i].power > 0.0;
        count += heard ? static_cast<double>(a.parts[i].bins.size()) : 0.0;
    }
    return count > 0.0 && sum >= least_likeness * count;
}

std::optional<Gain> level_between(const Take& a, int channel_a, const Take& b, int channel_b) {
    const auto level = [](const Take& take, int channel) {
        const bool only = take.file.measurement.layout.channels() == 1;
        return only ? take.file.measurement.value(meter::rms.key)
                    : take.file.measurement.value(meter::rms.key, channel);
    };
    const auto from = level(a, channel_a);
    const auto to = level(b, channel_b);
    return from && to && std::isfinite(*from) && std::isfinite(*to)
               ? std::optional(Gain::from_db(*to - *from))
               : std::nullopt;
}

std::optional<RelatedPair> compare(const Signal& a,
                                   const Signal& b,
                                   std::span<const Take* const> takes,
                                   std::span<const double> starts_s,
                                   PhaseTransform& transform) {
    const Hertz rate = takes[a.take]->file.info.sample_rate;
    const auto relation = relate(transform, a.parts, b.parts, starts_s, rate);
    if (!relation) {
        return std::nullopt;
    }
    return RelatedPair{
        a.take,           b.take,
        a.take == b.take, *relation,
        alike(a, b),      level_between(*takes[a.take], a.channel, *takes[b.take], b.channel)};
}

std::string stage_of(const RelatedPair& pair, std::span<const Take* const> takes) {
    const std::string first = takes[pair.first]->file.path.stem().string();
    return pair.channels ? first : first + " and " + takes[pair.second]->file.path.stem().string();
}

void judge(const RelatedPair& pair,
           std::span<const Take* const> takes,
           const verdict::Targets& targets,
           const verdict::Rules& rules,
           std::vector<verdict::Finding>& findings) {
    const double delay_s = std::abs(pair.relation.delay.value());
    const bool second_later = pair.relation.delay.value() > 0.0;
    const auto name = [&](bool second) {
        if (pair.channels) {
            return std::string(second ? "the right channel" : "the left channel");
        }
        return takes[second ? pair.second : pair.first]->file.path.filename().string();
    };
    verdict::Facts facts = {{"pair_identical", pair.identical && !pair.channels ? 1.0 : 0.0},
                            {"pair_swapped", pair.relation.swapped ? 1.0 : 0.0}};
    if (!pair.identical) {
        facts["pair_delay_ms"] = 1e3 * delay_s;
        facts["pair_distance_cm"] = 100.0 * delay_s * speed_of_sound_m_per_s;
    }
    if (pair.relation.drift_ppm) {
        facts["pair_drift_ppm"] = std::abs(*pair.relation.drift_ppm);
        facts["pair_drift_ms_per_hour"] = 3.6 * std::abs(*pair.relation.drift_ppm);
    }
    if (pair.level_difference) {
        const double step_db = std::abs(pair.level_difference->db());
        facts["pair_level_db"] = step_db;
        facts["pair_step_error_db"] = std::abs(step_db - nominal_step_db);
    }
    const bool second_soft = pair.level_difference && pair.level_difference->db() < 0.0;
    const bool second_slow = pair.relation.drift_ppm && *pair.relation.drift_ppm > 0.0;
    const verdict::Words words = {{"first", name(false)},        {"second", name(true)},
                                  {"later", name(second_later)}, {"earlier", name(!second_later)},
                                  {"softer", name(second_soft)}, {"louder", name(!second_soft)},
                                  {"slower", name(second_slow)}, {"faster", name(!second_slow)}};
    for (auto& finding : rules.judge("take", stage_of(pair, takes), facts, words, targets)) {
        findings.push_back(std::move(finding));
    }
}

void judge(const Runs& runs,
           std::span<const Take* const> takes,
           const verdict::Targets& targets,
           const verdict::Rules& rules,
           std::vector<verdict::Finding>& findings) {
    verdict::Facts facts = {{"runs", static_cast<double>(runs.expected_peaks.size())},
                            {"runs_spread_db", runs.spread.db()},
                            {"runs_differ", runs.differs ? 1.0 : 0.0}};
    const auto loudest =
        std::ranges::max_element(runs.expected_peaks) - runs.expected_peaks.begin();
    verdict::Words words = {
        {"loudest", takes[static_cast<std::size_t>(loudest)]->file.path.filename().string()},
        {"different", ""}};
    if (runs.differs) {
        words["different"] = takes[*runs.differs]->file.path.filename().string();
        std::vector<double> others;
        for (std::size_t i = 0; i < runs.expected_peaks.size(); ++i) {
            if (i != *runs.differs) {
                others.push_back(runs.expected_peaks[i].db());
            }
        }
        std::ranges::sort(others);
        facts["run_off_db"] = runs.expected_peaks[*runs.differs].db() - others[others.size() / 2];
    }
    for (auto& finding : rules.judge("take", "practice runs", facts, words, targets)) {
        findings.push_back(std::move(finding));
    }
}

/// Five starts, evenly over the time that all of these share.
std::vector<double> starts_of(std::span<const Take* const> takes,
                              std::span<const std::size_t> members) {
    double common_s = 1e300;
    for (const std::size_t i : members) {
        common_s = std::min(common_s, takes[i]->file.measurement.duration().value());
    }
    const double rate_hz = takes[members[0]]->file.info.sample_rate.value();
    const double last_s =
        std::max(0.0, common_s - static_cast<double>(PhaseTransform::frames) / rate_hz);
    std::vector<double> starts;
    for (std::size_t i = 0; i < stretches; ++i) {
        starts.push_back(last_s * static_cast<double>(i) / (stretches - 1));
    }
    return starts;
}

Status find_pairs(std::span<const Take* const> takes,
                  std::span<const std::size_t> members,
                  const audio::io::Watch& watch,
                  std::vector<RelatedPair>& pairs) {
    const std::vector<double> starts_s = starts_of(takes, members);
    PhaseTransform transform(takes[members[0]]->file.info.sample_rate);
    std::vector<Signal> first_channels;
    const auto note = [&](const Signal& a, const Signal& b) {
        if (auto pair = compare(a, b, takes, starts_s, transform)) {
            pairs.push_back(*pair);
        }
    };
    for (const std::size_t i : members) {
        if (watch.stopped()) {
            return Error{ErrorKind::interrupted, "", "stopped", ""};
        }
        auto signals = listen(*takes[i], i, starts_s, transform);
        if (!signals) {
            return signals.error();
        }
        if (signals->size() == 2 && !takes[i]->identical_channels) {
            note((*signals)[0], (*signals)[1]);
        }
        if (first_channels.size() < most_signals) {
            first_channels.push_back(std::move(signals->front()));
        }
    }
    for (std::size_t a = 0; a < first_channels.size(); ++a) {
        for (std::size_t b = a + 1; b < first_channels.size(); ++b) {
            note(first_channels[a], first_channels[b]);
        }
    }
    return Done{};
}

} // namespace

std::optional<Runs> compare_runs(std::span<const Take* const> takes) {
    Runs runs;
    for (const Take* take : takes) {
        const Dbfs peak = take->plan ? take->plan->prediction.expected
                                     : take->file.measurement[meter::sample_peak];
        if (peak.is_silent()) {
            return std::nullopt;
        }
        runs.expected_peaks.push_back(peak);
    }
    if (takes.size() < 2) {
        return std::nullopt;
    }
    const auto [least, most] = std::ranges::minmax(runs.expected_peaks);
    runs.spread = 0.5 * (most - least);
    if (takes.size() < 3) {
        return runs; // of two, neither is the odd one
    }
    double farthest_db = 0.0;
    for (std::size_t i = 0; i < takes.size(); ++i) {
        std::vector<double> others;
        for (std::size_t k = 0; k < takes.size(); ++k) {
            if (k != i) {
                others.push_back(runs.expected_peaks[k].db());
            }
        }
        std::ranges::sort(others);
        const double off_db = std::abs(runs.expected_peaks[i].db() - others[others.size() / 2]);
        if (off_db >= std::max(differs_db, others.back() - others.front()) &&
            off_db > farthest_db) {
            farthest_db = off_db;
            runs.differs = i;
        }
    }
    return runs;
}

Result<SessionCheck> check_session(std::span<const Take* const> takes,
                                   bool are_runs_of_one_source,
                                   const verdict::Targets& targets,
                                   const verdict::Rules& rules,
                                   const audio::io::Watch& watch) {
    SessionCheck check;
    std::map<double, std::vector<std::size_t>> by_rate;
    for (std::size_t i = 0; i < takes.size(); ++i) {
        if (takes[i]->file.measurement.duration().value() >= least_common_s) {
            by_rate[takes[i]->file.info.sample_rate.value()].push_back(i);
        }
    }
    for (const auto& [rate_hz, members] : by_rate) {
        if (const Status found = find_pairs(takes, members, watch, check.pairs); !found) {
            return found.error();
        }
    }
    for (const RelatedPair& pair : check.pairs) {
        judge(pair, takes, targets, rules, check.findings);
    }
    if (are_runs_of_one_source) {
        check.runs = compare_runs(takes);
    }
    if (check.runs) {
        judge(*check.runs, takes, targets, rules, check.findings);
    }
    return check;
}

} // namespace gainstage::take
