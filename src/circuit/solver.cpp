// SPDX-License-Identifier: MIT
#include "circuit/solver.h"

#include "circuit/explain.h"
#include "circuit/playback.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace gainstage::circuit {
namespace {

constexpr std::size_t most_combinations = 20000; // two seconds; nobody has so many switches

/// What is asked of a recording.
struct Aim {
    double peak_min_dbfs;
    double peak_max_dbfs;
    double average_dbfs;
    double clip_odds_max;
    double tolerance_db;
    Seconds take;
    Gain tail;

    /// The margin that these odds need, by the deviation of the law: few differ,
    /// and each takes as long as a path's response.
    [[nodiscard]] Gain margin(const PeakLaw& law) const {
        auto found = margins.find(law.deviation.db());
        if (found == margins.end()) {
            found = margins.emplace(law.deviation.db(), margin_for(clip_odds_max, law)).first;
        }
        return found->second;
    }

    mutable std::map<double, Gain> margins = {};
};

Aim aim_of(const RecordingSpec& recording, const verdict::Targets& targets) {
    return {targets["recording.peak_min_dbfs"],
            targets["recording.peak_max_dbfs"],
            targets["recording.average_dbfs"],
            recording.clip_odds_max.value_or(targets["take.clip_odds_max"]),
            targets["chain.tolerance_db"],
            recording.take.value_or(Seconds{60.0 * targets["take.minutes"]}),
            Gain::from_db(targets["chain.peak_tail_db"])};
}

/// One way to set the switches, as a path.
struct Combination {
    const SourceVariant* source = nullptr;
    std::vector<const Variant*> devices;
    Path path;
    std::vector<std::size_t> device_of_stage; ///< 0: the source
    std::vector<std::size_t> open_stages;     ///< whose gain is to be solved
    std::vector<GainRange> open_ranges;
    std::optional<std::size_t> converter; ///< its stage
    bool is_float = false;
};

Combination
combine(const SourceVariant& source, std::vector<const Variant*> devices, double temperature_k) {
    Combination result;
    result.source = &source;
    result.path.temperature_k = temperature_k;
    result.path.source_noise = source.source.noise;
    result.path.stages = source.source.device.stages;
    result.device_of_stage.assign(result.path.stages.size(), 0);
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const Variant& variant = *devices[i];
        const std::size_t first = result.path.stages.size();
        if (variant.gain_is_open && !variant.device.is_float) {
            result.open_stages.push_back(first + *variant.device.gain_stage);
            result.open_ranges.push_back(variant.device.gain_range);
        }
        for (const Stage& stage : variant.device.stages) {
            if (stage.kind == StageKind::converter) {
                result.converter = result.path.stages.size();
                result.is_float = variant.device.is_float;
            }
            result.path.stages.push_back(stage);
            result.device_of_stage.push_back(i + 1);
        }
    }
    result.devices = std::move(devices);
    return result;
}

/// Phantom power: from whoever supplies it back to who needs it.
void follow_phantom(const Combination& combination, Candidate& candidate) {
    const SourceDevice& source = combination.source->source;
    std::vector<bool> powered(combination.devices.size() + 1, false);
    for (std::size_t i = 0; i < combination.devices.size(); ++i) {
        const Variant& supplier = *combination.devices[i];
        if (!supplier.device.supplies_phantom || supplier.settings.input.value_or("mic") != "mic") {
            continue;
        }
        // Whom does it reach?
        std::vector<std::size_t> reached;
        bool passes = true;
        for (std::size_t j = i; passes && j-- > 0;) {
            reached.push_back(j + 1);
            passes = combination.devices[j]->device.stages.empty() ||
                     combination.devices[j]->device.passes_phantom;
        }
        const bool reaches_source = passes;
        const bool needed =
            std::ranges::any_of(reached,
                                [&](std::size_t j) {
                                    return combination.devices[j - 1]->device.feeds_on_phantom;
                                }) ||
            (reaches_source && source.needs_phantom);
        const DeviceSpec* spec = supplier.settings.spec;
        const bool on = spec != nullptr && spec->phantom ? *spec->phantom : needed;
        candidate.settings[i + 1].phantom = on;
        if (!on) {
            continue;
        }
        for (const std::size_t j : reached) {
            powered[j] = true;
        }
        powered[0] = powered[0] || reaches_source;
    }
    candidate.unpowered = source.needs_phantom && !powered[0];
    candidate.harmed = source.harmed_by_phantom && powered[0];
    for (std::size_t j = 0; j < combination.devices.size(); ++j) {
        candidate.unpowered |= combination.devices[j]->device.feeds_on_phantom && !powered[j + 1];
    }
}

/// How far each stage may still come up before its odds are too high. `rising`:
/// the stage whose own gain does that; a limit at its input doesn't come nearer
/// by it.
std::vector<Gain> room_for(const Combination& combination,
                           const std::vector<Gain>& gains_now,
                           const Signal& signal,
                           const Aim& aim,
                           std::optional<std::size_t> rising = std::nullopt) {
    std::vector<Gain> room;
    for (std::size_t i = 0; i < gains_now.size(); ++i) {
        const PeakLaw law = law_behind(combination.path, i, signal);
        const Stage& stage = combination.path.stages[i];
        const Gain own = i == 0 ? gains_now[0] : gains_now[i] - gains_now[i - 1];
        const auto clip = rising == i ? stage.output_clip : clip_behind(stage, own);
        room.push_back(clip ? *clip - (signal.peak + gains_now[i]) - aim.margin(law)
                            : Gain::from_db(std::numeric_limits<double>::infinity()));
    }
    return room;
}

/// How much gain is missing to the target: near the average, with the peak in
/// its zone.
Gain wanted_gain(Dbu full_scale, Gain to_converter, const Signal& signal, const Aim& aim) {
    const double average_dbfs = (signal.average + to_converter - full_scale).db();
    const double peak_dbfs = (signal.peak + to_converter - full_scale).db();
    return Gain::from_db(std::clamp(aim.average_dbfs - average_dbfs, aim.peak_min_dbfs - peak_dbfs,
                                    aim.peak_max_dbfs - peak_dbfs));
}

/// All open gains, the first as high as it may be: what comes first counts most
/// for the noise.
void set_gains(Combination& combination, const Signal& signal, const Aim& aim) {
    for (std::size_t i = 0; i < combination.open_stages.size(); ++i) {
        combination.path.stages[combination.open_stages[i]].set_gain(
            combination.open_ranges[i].least);
    }
    if (combination.open_stages.empty() || !combination.converter) {
        return;
    }
    const Dbu full_scale = *combination.path.stages[*combination.converter].input_clip;
    for (std::size_t i = 0; i < combination.open_stages.size(); ++i) {
        const std::size_t stage = combination.open_stages[i];
        const auto gains_now = gains(combination.path);
        const auto room = room_for(combination, gains_now, signal, aim, stage);
        Gain more = wanted_gain(full_scale, gains_now[*combination.converter], signal, aim);
        for (std::size_t j = stage; j < room.size(); ++j) {
            more = std::min(more, room[j]);
        }
        combination.path.stages[stage].set_gain(
            combination.open_ranges[i].at_most(combination.open_ranges[i].least + more));
    }
}

Recorded recorded(const Candidate& candidate,
                  const Combination& combination,
                  std::optional<Seconds> jitter) {
    const StageLevels& end = candidate.stages[*combination.converter];
    const Dbu full_scale = *combination.path.stages[*combination.converter].input_clip;
    const auto in_dbfs = [&](Dbu level) { return (level - full_scale).db(); };
    Recorded result;
    result.full_scale = full_scale;
    for (const Variant* variant : combination.devices) {
        if (variant->device.full_scale) {
            result.calibrated = variant->settings.calibrated;
        }
    }
    result.average = DbfsRms{in_dbfs(end.average)};
    result.peak = Dbfs{in_dbfs(end.peak)};
    double extra = 0.0;
    if (jitter) {
        result.jitter_noise = DbfsRms{result.average.db() -
                                      jitter_limited_snr(rms_frequency_of_pink(), *jitter).db()};
        extra = result.jitter_noise.is_silent()
                    ? 0.0
                    : Gain::from_db(result.jitter_noise.db()).to_power_ratio();
    }
    const auto with_jitter = [&](Dbu noise) {
        return DbfsRms{
            Gain::from_power_ratio(Gain::from_db(in_dbfs(noise)).to_power_ratio() + extra).db()};
    };
    result.noise = with_jitter(end.noise);
    result.noise_a_weighted = with_jitter(end.noise_a_weighted);
    return result;
}

std::optional<Seconds> jitter_of(const Combination& combination) {
    for (const Variant* variant : combination.devices) {
        if (variant->device.full_scale && variant->device.jitter) {
            return variant->device.jitter;
        }
    }
    return std::nullopt;
}

/// Levels and faults of a combination whose gains are set, and what its odds
/// are if somebody will read them.
Candidate evaluated(const Combination& combination,
                    const Signal& signal,
                    const Aim& aim,
                    const FrequencyGrid& grid,
                    bool with_odds) {
    Candidate candidate;
    candidate.response = respond(combination.path, grid);
    candidate.stages = levels_along(combination.path, candidate.response, signal);
    if (with_odds) {
        add_odds(combination.path, signal, candidate.stages);
    }
    for (std::size_t i = 0; i < candidate.stages.size(); ++i) {
        candidate.stages[i].device = combination.device_of_stage[i];
    }
    candidate.settings.push_back(combination.source->settings);
    for (std::size_t i = 0; i < combination.devices.size(); ++i) {
        DeviceSettings settings = combination.devices[i]->settings;
        if (combination.devices[i]->device.gain_stage) {
            const auto first = std::ranges::find(combination.device_of_stage, i + 1) -
                               combination.device_of_stage.begin();
            settings.gain = combination.path
                                .stages[static_cast<std::size_t>(first) +
                                        *combination.devices[i]->device.gain_stage]
                                .gain();
        }
        candidate.settings.push_back(std::move(settings));
    }
    candidate.bottleneck = bottleneck(candidate.response);
    candidate.corners = corners(candidate.response, grid);
    double least_db = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < candidate.stages.size(); ++i) {
        const auto headroom = candidate.stages[i].headroom();
        if (headroom && headroom->db() < least_db) {
            least_db = headroom->db();
            candidate.first_to_clip = i;
            candidate.clip_odds = candidate.stages[i].clip_odds;
        }
    }
    std::vector<Gain> gains_now;
    for (const Node& node : candidate.response.nodes) {
        gains_now.push_back(node.gain);
    }
    for (const Gain room : room_for(combination, gains_now, signal, aim)) {
        candidate.excess = std::max(candidate.excess, -room);
    }
    if (candidate.excess.db() < 0.001) { // margin_for() is good to 0.0001 dB
        candidate.excess = Gain{};
    }
    if (combination.converter) {
        candidate.recorded = recorded(candidate, combination, jitter_of(combination));
        const double missing_db = std::min(aim.average_dbfs - candidate.recorded->average.db(),
                                           aim.peak_min_dbfs - candidate.recorded->peak.db());
        if (!combination.is_float && missing_db > aim.tolerance_db) {
            candidate.shortfall = Gain::from_db(missing_db);
        }
    }
    follow_phantom(combination, candidate);
    return candidate;
}

/// Does it sound duller or thinner than the best of them?
bool is_dull(const Candidate& candidate, const Corners& widest) {
    const double high = candidate.corners.high ? candidate.corners.high->value() : 20e3;
    const double best_high = widest.high ? widest.high->value() : 20e3;
    const double low = candidate.corners.low ? candidate.corners.low->value() : 20.0;
    const double best_low = widest.low ? widest.low->value() : 20.0;
    return high < 0.8 * best_high || low > std::max(40.0, 1.5 * best_low);
}

/// The input that loads what drives it with less than five times its impedance (1.6 dB), the worst.
std::optional<std::size_t> loading_stage(const Candidate& candidate) {
    std::optional<std::size_t> worst;
    double least_db = 20.0 * std::log10(5.0 / 6.0);
    for (std::size_t i = 0; i + 1 < candidate.stages.size(); ++i) {
        const StageKind next = candidate.stages[i + 1].kind;
        const bool is_input = next == StageKind::input || next == StageKind::preamp;
        const double loading_db = candidate.response.nodes[i].loading.db();
        if (is_input && loading_db < least_db) {
            least_db = loading_db;
            worst = i + 1;
        }
    }
    return worst;
}

/// The corners of the widest of those that work.
Corners widest_of(const std::vector<Candidate>& candidates) {
    double high = 0.0;
    double low = 20e3;
    for (const Candidate& candidate : candidates) {
        high = std::max(high, candidate.corners.high ? candidate.corners.high->value() : 20e3);
        low = std::min(low, candidate.corners.low ? candidate.corners.low->value() : 20.0);
    }
    return {Hertz{low}, Hertz{high}};
}

/// Smaller is better. Steps of 0.05 dB, so that what nobody hears doesn't
/// decide: then the first stays.
auto rank(const Candidate& candidate, const Corners& widest) {
    const auto in_steps = [](Gain gain, double step_db) {
        return std::isfinite(gain.db()) ? std::lround(gain.db() / step_db) : 100000L;
    };
    return std::tuple(candidate.unpowered || candidate.harmed, in_steps(candidate.excess, 0.5),
                      in_steps(candidate.shortfall, 0.5), is_dull(candidate, widest),
                      loading_stage(candidate).has_value(), -in_steps(candidate.snr(), 0.05));
}

/// All the ways to set one source, tried.
class SourceSearch {
public:
    SourceSearch(const SourceSpec& spec,
                 const RecordingSpec& recording,
                 const verdict::Targets& targets,
                 const GivenLevels& given,
                 const InputCalibration& calibration,
                 const Aim& aim)
        : spec_(spec), recording_(recording), targets_(targets), given_(given),
          calibration_(calibration), aim_(aim) {}

    Result<SourceSolution> run();

private:
    void read(SheetNotes& notes);
    [[nodiscard]] Signal signal_of(const SourceVariant& variant) const;
    [[nodiscard]] Combination combination(std::size_t index) const;
    [[nodiscard]] Candidate
    tried(std::size_t index, const FrequencyGrid& grid, bool with_odds) const;
    [[nodiscard]] bool uses(const Candidate& candidate, const std::string& gear) const;
    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] std::size_t choose(const std::vector<Candidate>& candidates) const;
    void add_alternatives(const std::vector<Candidate>& candidates,
                          std::size_t best,
                          SourceSolution& solution) const;
    void weigh_assumptions(const SheetNotes& notes,
                           std::size_t best,
                           const Candidate& now,
                           SourceSolution& solution);

    /// Which choice each position has in combination `index`: mixed-radix digits.
    [[nodiscard]] std::vector<std::size_t> digits(std::size_t index) const;

    const SourceSpec& spec_;
    const RecordingSpec& recording_;
    const verdict::Targets& targets_;
    const GivenLevels& given_;
    const InputCalibration& calibration_;
    const Aim& aim_;
    std::vector<SourceVariant> sources_;
    std::vector<std::vector<Variant>> devices_;
};

void SourceSearch::read(SheetNotes& notes) {
    sources_ = variants_of(spec_, given_, notes);
    devices_.clear();
    for (const DeviceSpec& device : spec_.devices) {
        devices_.push_back(variants_of(device, recording_.bits, notes));
        for (Variant& variant : devices_.back()) {
            if (const auto* calibrated = calibration_.find(spec_.id, variant)) {
                apply(*calibrated, variant);
            }
        }
    }
}

std::size_t SourceSearch::count() const {
    std::size_t product = sources_.size();
    for (const auto& variants : devices_) {
        product = std::min(product * variants.size(), most_combinations + 1);
    }
    return product;
}

std::vector<std::size_t> SourceSearch::digits(std::size_t index) const {
    std::vector<std::size_t> all{index % sources_.size()};
    index /= sources_.size();
    for (const auto& variants : devices_) {
        all.push_back(index % variants.size());
        index /= variants.size();
    }
    return all;
}

Signal SourceSearch::signal_of(const SourceVariant& variant) const {
    const bool is_steady = spec_.microphone == nullptr && !variant.source.passive_instrument;
    const Gain spread = spec_.spread.value_or(
        Gain::from_db(targets_[is_steady ? "chain.spread_line_db" : "chain.spread_db"]));
    return {variant.source.average, variant.source.peak, spread, aim_.tail, aim_.take};
}

Combination SourceSearch::combination(std::size_t index) const {
    const auto digit = digits(index);
    std::vector<const Variant*> devices;
    for (std::size_t i = 0; i < devices_.size(); ++i) {
        devices.push_back(&devices_[i][digit[i + 1]]);
    }
    Combination result = combine(sources_[digit[0]], std::move(devices), recording_.temperature_k);
    set_gains(result, signal_of(*result.source), aim_);
    return result;
}

Candidate SourceSearch::tried(std::size_t index, const FrequencyGrid& grid, bool with_odds) const {
    const Combination one = combination(index);
    return evaluated(one, signal_of(*one.source), aim_, grid, with_odds);
}

std::size_t SourceSearch::choose(const std::vector<Candidate>& candidates) const {
    const Corners widest = widest_of(candidates);
    std::size_t best = 0;
    for (std::size_t i = 1; i < candidates.size(); ++i) {
        if (rank(candidates[i], widest) < rank(candidates[best], widest)) {
            best = i;
        }
    }
    return best;
}

void SourceSearch::add_alternatives(const std::vector<Candidate>& candidates,
                                    std::size_t best,
                                    SourceSolution& solution) const {
    const auto chosen = digits(best);
    const Corners widest = widest_of(candidates);
    std::vector<std::pair<std::size_t, std::size_t>> others; // combination, position that differs
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto digit = digits(i);
        std::size_t differing = 0;
        std::size_t position = 0;
        for (std::size_t k = 0; k < digit.size(); ++k) {
            if (digit[k] != chosen[k]) {
                ++differing;
                position = k;
            }
        }
        if (differing == 1) {
            others.emplace_back(i, position);
        }
    }
    std::ranges::stable_sort(others, [&](const auto& a, const auto& b) {
        return rank(candidates[a.first], widest) < rank(candidates[b.first], widest);
    });
    for (const auto& [index, position] : others) {
        Candidate candidate = candidates[index];
        const Combination one = combination(index);
        add_odds(one.path, signal_of(*one.source), candidate.stages);
        candidate.clip_odds = candidate.stages[candidate.first_to_clip].clip_odds;
        std::string difference =
            difference_between(solution.best.settings[position], candidate.settings[position]);
        std::string outcome = outcome_of(candidates[best], candidate,
                                         {is_dull(candidate, widest), loading_stage(candidate)});
        solution.alternatives.push_back(
            {std::move(candidate), std::move(difference), std::move(outcome)});
    }
}

/// Does the solution rest on a sheet of that name? Other candidates' and
/// inputs' don't matter.
bool SourceSearch::uses(const Candidate& candidate, const std::string& gear) const {
    if (spec_.sound != nullptr && gear == spec_.sound->name()) {
        return true;
    }
    return std::ranges::any_of(candidate.settings, [&](const DeviceSettings& settings) {
        const std::string input =
            settings.input ? settings.name + ", " + *settings.input + " input" : "";
        return !settings.left_out && (gear == settings.name || gear == input);
    });
}

/// Each assumed figure at both ends of what is typical: how much do SNR and
/// gain move?
void SourceSearch::weigh_assumptions(const SheetNotes& notes,
                                     std::size_t best,
                                     const Candidate& now,
                                     SourceSolution& solution) {
    const auto total_gain = [](const Candidate& candidate) {
        Gain sum;
        for (const DeviceSettings& settings : candidate.settings) {
            sum += settings.gain.value_or(Gain{});
        }
        return sum;
    };
    for (const Assumption& assumption : notes.assumptions) {
        if (!uses(solution.best, assumption.gear)) {
            continue;
        }
        AssumedFigure assumed{assumption, Gain{}, Gain{}};
        for (const double end : {assumption.typical.low, assumption.typical.high}) {
            if (end == assumption.typical.value) {
                continue; // that is what was reckoned with
            }
            SheetNotes other;
            other.instead[assumption.key()] = end;
            read(other);
            if (best >= count()) {
                continue;
            }
            const Candidate candidate = tried(best, FrequencyGrid::coarse(), false);
            const auto apart = [](Gain a, Gain b) { return Gain::from_db(std::abs((a - b).db())); };
            assumed.matters_snr = std::max(assumed.matters_snr, apart(candidate.snr(), now.snr()));
            assumed.matters_gain = std::max(
                assumed.matters_gain, apart(total_gain(candidate), total_gain(solution.best)));
        }
        solution.assumed.push_back(std::move(assumed));
    }
    std::ranges::stable_sort(solution.assumed, [](const AssumedFigure& a, const AssumedFigure& b) {
        return std::max(a.matters_snr, a.matters_gain) > std::max(b.matters_snr, b.matters_gain);
    });
}

Result<SourceSolution> SourceSearch::run() {
    SheetNotes notes;
    read(notes);
    if (count() > most_combinations) {
        return Error{
            ErrorKind::usage, spec_.id,
            fmt::format("leaves more than {} combinations of switches open", most_combinations),
            "set some of them, or name fewer candidates"};
    }
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < count(); ++i) {
        candidates.push_back(tried(i, FrequencyGrid::coarse(), false));
    }
    const std::size_t best = choose(candidates);
    SourceSolution solution;
    solution.spec = &spec_;
    solution.id = spec_.id;
    solution.combinations = candidates.size();
    solution.best = tried(best, FrequencyGrid::fine(), true);
    const Combination chosen = combination(best);
    solution.source = chosen.source->source;
    for (const Variant* variant : chosen.devices) {
        solution.devices.push_back(variant->device);
    }
    solution.path = chosen.path;
    solution.signal = signal_of(*chosen.source);
    for (const std::string& figure : notes.unverified) {
        if (uses(solution.best, figure.substr(0, figure.rfind(": ")))) {
            solution.unverified.insert(figure);
        }
    }
    add_alternatives(candidates, best, solution);
    weigh_assumptions(notes, best, candidates[best], solution);
    solution.reasons = reasons_of(solution);
    return solution;
}

/// Solves sources and playbacks in the order in which signals run.
class ChainSearch {
public:
    ChainSearch(const ChainDocument& document,
                const verdict::Targets& targets,
                const MeasuredLevels& measured,
                const InputCalibration& calibration)
        : document_(document), targets_(targets), measured_(measured),
          aim_(aim_of(document.recording, targets)) {
        solution_.recording = document.recording;
        solution_.misfits = misfits(calibration, document);
        for (const CalibratedInput& input : calibration.inputs) {
            if (misfits({{input}}, document).empty()) {
                fitting_.inputs.push_back(input);
            }
        }
        solution_.take = aim_.take;
        solution_.clip_odds_max = aim_.clip_odds_max;
    }

    Result<ChainSolution> run();

private:
    [[nodiscard]] const SourceSolution* solved_source(const std::string& id) const;
    [[nodiscard]] const PlaybackSolution* solved_playback(const std::string& id) const;
    [[nodiscard]] GivenLevels given_for(const SourceSpec& spec) const;
    bool solve_ready_playbacks();
    Result<bool> solve_ready_sources();

    const ChainDocument& document_;
    const verdict::Targets& targets_;
    const MeasuredLevels& measured_;
    Aim aim_;
    InputCalibration fitting_; ///< what of the calibration is used
    ChainSolution solution_;
};

const SourceSolution* ChainSearch::solved_source(const std::string& id) const {
    const auto found = std::ranges::find(solution_.sources, id, &SourceSolution::id);
    return found != solution_.sources.end() ? &*found : nullptr;
}

const PlaybackSolution* ChainSearch::solved_playback(const std::string& id) const {
    const auto found = std::ranges::find(solution_.playbacks, id, &PlaybackSolution::id);
    return found != solution_.playbacks.end() ? &*found : nullptr;
}

GivenLevels ChainSearch::given_for(const SourceSpec& spec) const {
    if (const auto measured = measured_.find(spec.id); measured != measured_.end()) {
        return measured->second;
    }
    GivenLevels given;
    if (const PlaybackSolution* playback = solved_playback(spec.from)) {
        given.average_spl = playback->average_spl;
        given.peak_spl = playback->peak_spl;
        given.average = playback->stages.back().average;
        given.peak = playback->stages.back().peak;
        given.impedance = Ohms{std::abs(playback->response.end().source_ohm)};
        given.name = playback->id;
    }
    return given;
}

Result<bool> ChainSearch::solve_ready_sources() {
    bool any = false;
    for (const SourceSpec& spec : document_.sources) {
        if (solved_source(spec.id) != nullptr ||
            (!spec.from.empty() && solved_playback(spec.from) == nullptr)) {
            continue;
        }
        const GivenLevels given = given_for(spec);
        auto solved =
            SourceSearch(spec, document_.recording, targets_, given, fitting_, aim_).run();
        if (!solved) {
            return solved.error();
        }
        solution_.sources.push_back(std::move(*solved));
        any = true;
    }
    return any;
}

bool ChainSearch::solve_ready_playbacks() {
    bool any = false;
    for (const PlaybackSpec& spec : document_.playbacks) {
        if (solved_playback(spec.id) != nullptr ||
            (!spec.plays.empty() && solved_source(spec.plays) == nullptr)) {
            continue;
        }
        DbfsRms average = spec.average;
        Dbfs peak = spec.peak;
        if (const SourceSolution* played = solved_source(spec.plays);
            played != nullptr && played->best.recorded) {
            average = played->best.recorded->average;
            peak = std::min(played->best.recorded->peak, Dbfs{0.0});
        }
        solution_.playbacks.push_back(
            solve_playback(spec, average, peak, document_.recording.temperature_k));
        any = true;
    }
    return any;
}

Result<ChainSolution> ChainSearch::run() {
    for (bool any = true; any;) {
        const auto sources = solve_ready_sources();
        if (!sources) {
            return sources.error();
        }
        any = solve_ready_playbacks() || *sources;
    }
    // In the document's order again.
    const auto place = [](const auto& one) { return one.spec; };
    std::ranges::sort(solution_.sources, {}, place);
    std::ranges::sort(solution_.playbacks, {}, place);
    return std::move(solution_);
}

} // namespace

Result<ChainSolution> solve(const ChainDocument& document,
                            const verdict::Targets& targets,
                            const MeasuredLevels& measured,
                            const InputCalibration& calibration) {
    return ChainSearch(document, targets, measured, calibration).run();
}

} // namespace gainstage::circuit
