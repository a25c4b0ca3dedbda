// SPDX-License-Identifier: MIT
#include "take/flat_tops.h"

#include "take/earlier_rates.h"
#include "take/median.h"
#include "take/repetition.h"
#include "take/restored_depths.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace gainstage::take {
namespace {

constexpr float looked_at = 0.25f; // excursions more than 12 dB under the highest are no clipping

constexpr float full_scale =
    0.9999f; // from here on it is the converter or the file that clipped: the bridge counts that

constexpr std::size_t max_candidates = 1024;

// How far under the level, as a part of it, a sample may lie and count as cut off there: noise on
// it.
constexpr double least_rest_width = 0.0005; // 0.004 dB
constexpr double most_rest_width = 0.012;

Gain missing_from(const CeilingRun& run, float level) {
    const std::size_t first =
        TallPeak::reach - static_cast<std::size_t>(run.peak->frame - run.first_frame);
    const std::span<const float> top(run.peak->around.data() + first, run.frames);
    return Gain::from_db(static_cast<double>(sine_depth_db(run.peak->around, top, level)));
}

/// Of what a ceiling.h or the like found: its highest sample.
template <typename Run>
float highest_of(const Run& run) {
    const auto first = run.peak->around.begin() + static_cast<std::ptrdiff_t>(run.peak->reach) +
                       static_cast<std::ptrdiff_t>(run.first_frame) -
                       static_cast<std::ptrdiff_t>(run.peak->frame);
    return *std::max_element(first, first + static_cast<std::ptrdiff_t>(run.frames));
}

/// In order of time, the first of them.
void shorten(FlatTopsFound& found) {
    for (auto* const list : {&found.first, &found.full_scale}) {
        std::ranges::sort(*list, {}, &FlatTop::first_frame);
        list->resize(std::min(list->size(), FlatTopsFound::max_listed));
    }
}

} // namespace

void FlatTops::prepare(const audio::Spec& spec) {
    // 0.1 s: half a period of 5 Hz, below any sound
    const auto longest = static_cast<std::size_t>(0.1 * spec.sample_rate.value()) + 1;
    rate_ = spec.sample_rate;
    reader_.prepare(longest);
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    for (Channel& channel : channels_) {
        channel.excursion.resize(longest);
        channel.recent.resize(2 * PeakInContext::reach + static_cast<std::size_t>(spec.max_frames));
        for (const std::size_t s : {0u, 1u}) {
            channel.tall[s].prepare();
            channel.in_context[s].prepare();
        }
        for (Side& side : channel.sides) {
            side.histogram.prepare();
            side.candidates.reserve(max_candidates);
        }
    }
    reset();
}

void FlatTops::reset() noexcept {
    frame_ = 0;
    for (Channel& channel : channels_) {
        channel.length = 0;
        channel.last = 0.0f;
        channel.quantum = 1.0f;
        std::ranges::fill(channel.recent, 0.0f);
        for (const std::size_t s : {0u, 1u}) {
            channel.tall[s].reset();
            channel.in_context[s].reset();
        }
        for (Side& side : channel.sides) {
            side.histogram.reset();
            side.candidates.clear();
            side.highest = 0.0f;
            side.highest_flat = 0.0f;
        }
    }
}

void FlatTops::process(audio::ConstAudioView block) noexcept {
    for (int c = 0; c < block.channels(); ++c) {
        Channel& channel = channels_[static_cast<std::size_t>(c)];
        const std::span<const float> in = block.channel(c);
        look_for_tall_peaks(channel, in);
        float last = channel.last;
        float quantum = channel.quantum;
        for (std::size_t n = 0; n < in.size(); ++n) {
            const float x = std::isfinite(in[n]) ? in[n] : 0.0f;
            const float step = std::abs(x - last);
            quantum = step > 0.0f && step < quantum ? step : quantum;
            const bool crossed = (x > 0.0f) != (last > 0.0f) || x == 0.0f;
            if (crossed || channel.length == channel.excursion.size()) {
                channel.last = last;
                channel.quantum = quantum;
                close_excursion(channel, c, frame_ + n);
            }
            if (x != 0.0f) {
                channel.excursion[channel.length++] = std::abs(x);
            }
            last = x;
        }
        channel.last = last;
        channel.quantum = quantum;
    }
    frame_ += block.frames();
}

void FlatTops::look_for_tall_peaks(Channel& channel, std::span<const float> in) noexcept {
    constexpr std::size_t overlap = 2 * PeakInContext::reach;
    const std::span<float> recent(channel.recent.data(), overlap + in.size());
    std::ranges::transform(in, recent.begin() + overlap,
                           [](float x) { return std::isfinite(x) ? x : 0.0f; });
    const std::span<float> latest = recent.last(2 * TallPeak::reach + in.size());
    for (const std::size_t s : {0u, 1u}) {
        const float sign = s == 0 ? 1.0f : -1.0f;
        channel.tall[s].process(latest, sign, frame_ + in.size());
        channel.in_context[s].process(recent, sign, frame_ + in.size());
    }
    std::ranges::copy(recent.last(overlap), recent.begin());
}

void FlatTops::close_excursion(Channel& channel, int index, std::uint64_t end_frame) noexcept {
    const std::span<const float> x(channel.excursion.data(), channel.length);
    channel.length = 0;
    if (x.empty()) {
        return;
    }
    Side& side = channel.sides[channel.last > 0.0f ? 0 : 1];
    const float highest = *std::ranges::max_element(x);
    side.highest = std::max(side.highest, highest);
    if (highest < looked_at * side.highest || TopReader::is_too_soft(highest, channel.quantum)) {
        return;
    }
    const Top top = reader_.read(x, highest, channel.quantum);
    const bool is_round = top.flat_frames <= 0.0f;
    side.histogram.add(top, x.size(),
                       is_round ? 0.0f : halfway_up(x, top.first, top.frames) / top.level);
    if (!is_round) {
        keep(side, {index, end_frame - x.size() + top.first, top.frames,
                    channel.last > 0.0f ? top.level : -top.level,
                    Gain::from_db(static_cast<double>(top.missing_db)), top.exact});
    }
}

void FlatTops::keep(Side& side, const FlatTop& top) noexcept {
    const float level = std::abs(top.level);
    side.highest_flat = std::max(side.highest_flat, level);
    // What lies 2 dB under the highest flat top so far won't be the clip level.
    const float lowest = 0.8f * side.highest_flat;
    if (side.candidates.size() == max_candidates) {
        std::erase_if(side.candidates,
                      [&](const FlatTop& c) { return std::abs(c.level) < lowest; });
    }
    if (level >= lowest && side.candidates.size() < max_candidates) {
        side.candidates.push_back(top);
    }
}

FlatTopsFound FlatTops::found(Look look) const {
    FlatTopsFound found;
    for (const Channel& channel : channels_) {
        const auto index = static_cast<int>(&channel - channels_.data());
        const std::size_t listed_before = found.first.size();
        const std::size_t full_before = found.full_scale.size();
        const std::uint64_t before = found.count;
        std::optional<bool> known;
        const auto repeats = [&] { // slow: only where it is asked for
            known = known ? known : is_repetition(channel.peaks(), rate_);
            return *known;
        };
        const bool by_shape = find_by_shape(channel, repeats, found);
        const bool closely = look == Look::closely;
        const bool in_single_samples = closely && !by_shape && !repeats();
        if (in_single_samples) {
            find_ceilings(channel, index, found);
        }
        if (closely) {
            for (const auto& [tops, first] : {std::pair(&found.first, listed_before),
                                              std::pair(&found.full_scale, full_before)}) {
                restore_depths(std::span(*tops).subspan(first), channel.in_context[0],
                               channel.in_context[1]);
            }
        }
        if (in_single_samples && found.count == before) {
            find_cut_tops(channel, index, found);
        }
        if (in_single_samples && found.count == before) {
            find_common_levels(channel, index, {}, found);
        }
        if (by_shape || found.count > before) {
            std::erase_if(found.held, [&](const FlatTop& top) { return top.channel == index; });
            list_the_rest(channel, index, listed_before, found);
            // Pairs that are nearly alike are listed, but not counted by their shape alone.
            found.count = std::max(found.count, before + (found.first.size() - listed_before));
        }
    }
    shorten(found);
    return found;
}

FlatTopsFound FlatTops::found_without(MissingBand missing) const {
    FlatTopsFound found;
    for (const Channel& channel : channels_) {
        if (!is_repetition(channel.peaks(), rate_)) {
            find_common_levels(channel, static_cast<int>(&channel - channels_.data()), missing,
                               found);
        }
    }
    shorten(found);
    return found;
}

std::vector<PeakInContext> FlatTops::Channel::peaks() const {
    std::vector<PeakInContext> all;
    for (const PeaksInContext& side : in_context) {
        all.insert(all.end(), side.peaks().begin(), side.peaks().end());
    }
    return all;
}

/// Whether there is a level at which tops are flat; in a sound that `repeats` pairs say nothing.
template <typename Repeats>
bool FlatTops::find_by_shape(const Channel& channel, Repeats repeats, FlatTopsFound& found) {
    const auto level_in = [&](const LevelHistogram& histogram) {
        const auto level = histogram.clip_level();
        return level && repeats() ? histogram.without_pairs().clip_level() : level;
    };
    // Most amplifiers clip at the same level on both sides: together they say more.
    const auto common = level_in(channel.sides[0].histogram.with(channel.sides[1].histogram));
    bool any = false;
    for (const Side& side : channel.sides) {
        const auto level = common ? common : level_in(side.histogram);
        if (level && !side.histogram.is_by_design(*level)) {
            collect(side, *level, found);
            any = true;
        }
    }
    return any;
}

void FlatTops::collect(const Side& side, std::size_t level, FlatTopsFound& found) {
    const bool over = side.highest_flat >= full_scale;
    if (!over) {
        const auto [tops, exact] = side.histogram.flat_at(level);
        found.count += tops;
        found.exact += exact;
    }
    std::ranges::copy_if(
        side.candidates, std::back_inserter(over ? found.full_scale : found.first),
        [&](const FlatTop& top) { return LevelHistogram::is_at(level, std::abs(top.level)); });
}

/// Once a level is known, whatever reaches it was cut off there, in single samples too: from
/// `listed_before` on are the tops that say where it is.
void FlatTops::list_the_rest(const Channel& channel,
                             int index,
                             std::size_t listed_before,
                             FlatTopsFound& found) {
    for (const std::size_t s : {0u, 1u}) {
        std::vector<FlatTop> known;
        std::copy_if(found.first.begin() + static_cast<std::ptrdiff_t>(listed_before),
                     found.first.end(), std::back_inserter(known),
                     [&](const FlatTop& top) { return (top.level > 0.0f) == (s == 0); });
        // Of more than were kept only the first are known.
        if (known.empty() || known.size() >= max_candidates) {
            continue;
        }
        std::ranges::sort(known, {}, &FlatTop::first_frame);
        std::vector<double> levels;
        for (const FlatTop& top : known) {
            levels.push_back(std::abs(static_cast<double>(top.level)));
        }
        const double level = median(levels);
        for (double& deviation : levels) {
            deviation = std::abs(deviation - level) / level;
        }
        const double width = std::min(most_rest_width, least_rest_width + 3.0 * median(levels));
        const auto at = static_cast<float>(level);
        auto beside = known.cbegin();
        for (const CeilingRun& run : runs_at(channel.tall[s].peaks(), level, width)) {
            beside = std::find_if(beside, known.cend(), [&](const FlatTop& top) {
                return top.first_frame + top.frames >= run.first_frame;
            });
            if (beside == known.cend() || beside->first_frame > run.first_frame + run.frames) {
                const bool exact = std::abs(at - run.peak->level) <= channel.quantum;
                found.first.push_back(
                    {index, run.first_frame, run.frames, s == 0 ? at : -at, Gain{}, exact, true});
                found.exact += exact ? 1 : 0;
                ++found.count;
            }
        }
    }
}

std::uint64_t FlatTops::highest_peaks_seen() const noexcept {
    std::uint64_t seen = 0;
    for (const Channel& channel : channels_) {
        for (const std::size_t s : {0u, 1u}) {
            seen += channel.tall[s].seen() + channel.in_context[s].seen();
        }
    }
    return seen;
}

std::vector<Hertz> FlatTops::earlier_rates() const {
    std::vector<PeakInContext> peaks;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        if (may_have_clipped_earlier(static_cast<int>(c))) {
            const auto of_channel = channels_[c].peaks();
            peaks.insert(peaks.end(), of_channel.begin(), of_channel.end());
        }
    }
    return take::earlier_rates(peaks, rate_);
}

bool FlatTops::may_have_clipped_earlier(int index) const {
    const Channel& channel = channels_[static_cast<std::size_t>(index)];
    return std::ranges::none_of(
        channel.sides, [](const Side& side) { return side.histogram.is_flat_by_design(); });
}

/// Lists the runs that find() sees in one side's peaks or, where it sees none, that side's part of
/// those in both sides' together.
template <typename Peaks, typename Find, typename DepthOf>
void FlatTops::list_runs(const Channel& channel,
                         int index,
                         const Peaks (&sides)[2],
                         Find find,
                         DepthOf depth_of,
                         FlatTopsFound& found) {
    using Peak = typename Peaks::Peak;
    std::vector<Peak> both(sides[0].peaks().begin(), sides[0].peaks().end());
    both.insert(both.end(), sides[1].peaks().begin(), sides[1].peaks().end());
    const auto common = find(both, SidesOfZero::both);
    for (const std::size_t s : {0u, 1u}) {
        if (channel.sides[s].histogram.is_square()) {
            continue;
        }
        const std::span<const Peak> side = sides[s].peaks();
        const auto own = find(side, SidesOfZero::one);
        const bool own_is_surer =
            own && (!common || !own->may_be_limiter || common->may_be_limiter);
        const auto& seen = own_is_surer ? own : common;
        if (!seen || seen->level >= full_scale) {
            continue;
        }
        for (const auto& run : seen->runs) {
            const bool here = own_is_surer || std::ranges::any_of(side, [&](const Peak& peak) {
                                  return peak.frame == run.peak->frame;
                              });
            if (here) {
                const bool exact = std::abs(seen->level - highest_of(run)) <= channel.quantum;
                const std::optional<Gain> depth = depth_of(run, seen->level);
                const FlatTop top{index,
                                  run.first_frame,
                                  run.frames,
                                  s == 0 ? seen->level : -seen->level,
                                  depth.value_or(Gain{}),
                                  exact,
                                  !depth};
                if (seen->may_be_limiter) {
                    found.held.push_back(top);
                    continue;
                }
                found.first.push_back(top);
                found.exact += exact ? 1 : 0;
                ++found.count;
            }
        }
    }
}

/// Where the highest peaks end at one level.
void FlatTops::find_ceilings(const Channel& channel, int index, FlatTopsFound& found) const {
    const auto find = [&](std::span<const TallPeak> peaks, SidesOfZero) {
        return find_ceiling(peaks, channel.quantum, rate_);
    };
    list_runs(channel, index, channel.tall, find, missing_from, found);
}

/// Where the highest peaks lie lower than they must.
void FlatTops::find_cut_tops(const Channel& channel, int index, FlatTopsFound& found) {
    const auto find = [](std::span<const PeakInContext> peaks, SidesOfZero sides) {
        return find_cut_peaks(peaks, sides);
    };
    const auto depth_of = [](const CutRun& run, float) { return run.depth; };
    list_runs(channel, index, channel.in_context, find, depth_of, found);
}

/// Where samples lie at one level.
void FlatTops::find_common_levels(const Channel& channel,
                                  int index,
                                  MissingBand missing,
                                  FlatTopsFound& found) const {
    const auto find = [&](std::span<const PeakInContext> peaks, SidesOfZero sides) {
        return find_common_level(peaks, sides, channel.quantum, rate_, missing);
    };
    const auto depth_of = [](const CutRun& run, float) {
        return run.depth > Gain{} ? std::optional(run.depth) : std::nullopt;
    };
    list_runs(channel, index, channel.in_context, find, depth_of, found);
}

} // namespace gainstage::take
