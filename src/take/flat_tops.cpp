// SPDX-License-Identifier: MIT
#include "take/flat_tops.h"

#include "take/earlier_rates.h"
#include "take/median.h"
#include "take/repetition.h"
#include "take/restored_depths.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numbers>
#include <span>

namespace gainstage::take {
namespace {

// Tuned on synthesised instruments and recordings of Debian packages, clean, limited and clipped by
// 0.5 to 12 dB (bench/take_clipping), November 2026.

/// How wide a top is near its maximum, as a part of its width further down. A parabola's is the
/// square root of the ratio of depths (0.32, 0.37, 0.45), a fourth-order top's the root of that
/// (0.56, 0.60, 0.67); a sine cut by 1 dB has 0.91, 0.84, 0.80. Of 880 tops of 133 clean passages
/// none came to 0.5, 0.65, 0.7, of 15818 limited ones none to 0.65, 0.7, 0.8.
struct TopScale {
    float near_depth;
    float far_depth;
    float flat;        ///< from here on it is cut
    float least_width; ///< near the maximum, in frames
};

// The last two are for noise on top, 50 dB under the cut level and more; the first for high notes
// riding on a low one, that pass the cut level again and again.
constexpr std::array scales = {
    TopScale{0.0005f, 0.005f, 0.70f, 3.5f}, TopScale{0.003f, 0.03f, 0.72f, 2.4f},
    TopScale{0.008f, 0.06f, 0.76f, 2.4f}, TopScale{0.020f, 0.10f, 0.83f, 2.4f}};
constexpr std::size_t least_smoothed = 20; // samples of a top, before noise is averaged out
constexpr float wide_width = 3.5f;         // at 8 %: narrower tops say nothing by their shape
constexpr float wide_depth = 0.08f;
constexpr std::array pair_depths = {0.001f, 0.004f}; // two samples alike, with little noise or more

// A cut top that was band-limited since rings.
constexpr float rippled_depth = 0.12f;
constexpr float rippled_spread = 0.012f; // around its median
constexpr float rippled_share = 0.7f;    // of the run within that; a parabola's is 0.25
constexpr std::size_t least_frames = 8;

constexpr float looked_at = 0.25f; // excursions more than 12 dB under the highest are no clipping
// Flat by design: nearly all of the excursion is flat, or a good part of it and nearly every
// excursion there is within 12 dB.
constexpr double design_share = 0.88;
constexpr double steady_share = 0.45; // a sine cut by 2.4 dB
constexpr double steady_tops = 0.70;
// ...unless its flanks run straight into the flat: a sine cut by 1 to 15 dB has 0.50 to 0.59, a
// sine through a tanh 0.64 and more.
constexpr double straight_halfway = 0.60;
constexpr double at_one_level = 0.6;    // of the flat ones
constexpr float quanta_in_depth = 2.0f; // a top must not be flat because it was quantised

// How often each shape is seen in what never clipped, where the tops further down don't say
// otherwise. How often at a clip level isn't known beforehand: many tops there are hardly cut.
constexpr double flat_if_clean = 0.002;
constexpr std::array pair_if_clean = {0.02, 0.06};
constexpr double prior_tops = 100.0;   // that these are worth
constexpr double least_evidence = 6.0; // natural logarithm of the odds
constexpr double round_above = 2.5;    // evidence lost for each round top that rises further above
constexpr double ringing_above = 0.5;  // and for one that rises as far above as ringing may
constexpr double narrow_above = 0.3;
constexpr std::size_t highest_window_bins = 24; // 1.2 dB: what ringing adds on top of a clip level

constexpr float level_bin_db = 0.05f;
constexpr float highest_level_db = 24.0f; // float files may exceed full scale
constexpr float lowest_level_db = -72.0f;
constexpr std::size_t level_bins =
    static_cast<std::size_t>((highest_level_db - lowest_level_db) / level_bin_db) + 1;
constexpr std::size_t looked_at_bins = 240; // 12 dB
constexpr std::size_t window_bins = 4;      // 0.2 dB: where one clip level lands, with noise on it
constexpr std::size_t baseline_gap_bins = 10; // 0.5 dB under it the tops are whole again

constexpr float full_scale =
    0.9999f; // from here on it is the converter or the file that clipped: the bridge counts that

constexpr std::size_t max_candidates = 1024;

// How far under the level, as a part of it, a sample may lie and count as cut off there: noise on
// it.
constexpr double least_rest_width = 0.0005; // 0.004 dB
constexpr double most_rest_width = 0.012;

std::size_t bin_of(float level) noexcept {
    const float db = 20.0f * std::log10(level);
    return static_cast<std::size_t>(
        (std::clamp(db, lowest_level_db, highest_level_db) - lowest_level_db) / level_bin_db);
}

/// The longest run of samples at or above `threshold`.
std::span<const float> longest_run(std::span<const float> x, float threshold) noexcept {
    std::span<const float> longest;
    for (std::size_t i = 0; i < x.size(); ++i) {
        std::size_t end = i;
        while (end < x.size() && x[end] >= threshold) {
            ++end;
        }
        if (end - i > longest.size()) {
            longest = x.subspan(i, end - i);
        }
        i = end;
    }
    return longest;
}

/// The width, in frames, of the run of samples at or above `threshold` that holds `run`, its ends
/// interpolated.
float width_around(std::span<const float> x, std::span<const float> run, float threshold) noexcept {
    auto first = static_cast<std::size_t>(run.data() - x.data());
    auto last = first + run.size() - 1;
    while (first > 0 && x[first - 1] >= threshold) {
        --first;
    }
    while (last + 1 < x.size() && x[last + 1] >= threshold) {
        ++last;
    }
    auto width = static_cast<float>(last - first);
    if (first > 0) {
        width += (x[first] - threshold) / (x[first] - x[first - 1]);
    }
    if (last + 1 < x.size()) {
        width += (x[last] - threshold) / (x[last] - x[last + 1]);
    }
    return width;
}

/// How long, in frames, the signal is at or above `threshold`, crossings interpolated: of all of an
/// excursion, because noise and high notes on a low one break its top into several.
float time_above(std::span<const float> x, float threshold) noexcept {
    float time = 0.0f;
    for (std::size_t n = 1; n < x.size(); ++n) {
        const float a = x[n - 1];
        const float b = x[n];
        if (a >= threshold && b >= threshold) {
            time += 1.0f;
        } else if (a >= threshold || b >= threshold) {
            time += (std::max(a, b) - threshold) / std::abs(a - b);
        }
    }
    return time;
}

/// From the first sample at or above `threshold` to the last.
std::span<const float> extent_above(std::span<const float> x, float threshold) noexcept {
    const auto above = [&](float y) { return y >= threshold; };
    const auto first = std::ranges::find_if(x, above);
    auto last = x.end();
    while (last != first && !above(*(last - 1))) {
        --last;
    }
    return {first, last};
}

/// The higher of an excursion's flanks at half the time between zero and its flat run: half the
/// level if it is a sine or a triangle that was cut off, nearly all of it if it bends towards the
/// run by itself. All of it where a flank is too short to say.
float halfway_up(std::span<const float> x, std::size_t first, std::size_t frames) noexcept {
    // Of a sine that was cut by 15 dB; a band-limited pulse rises faster.
    const std::size_t least_flank = std::max<std::size_t>(3, x.size() * 6 / 100);
    const std::size_t after = x.size() - (first + frames);
    const float level = x[first];
    // The crossing and the corner lie half a sample before the samples, in the mean.
    const auto between = [](float a, float b, std::size_t flank) {
        return flank % 2 == 0 ? 0.5f * (a + b) : b;
    };
    const std::size_t half = first / 2;
    const std::size_t half_after = x.size() - 1 - after / 2;
    const float up = first >= least_flank ? between(x[half - 1], x[half], first) : level;
    const float down =
        after >= least_flank ? between(x[half_after + 1], x[half_after], after) : level;
    return std::max(up, down);
}

/// What a sine would have on top that is cut off at `level` and as wide as this excursion 4 % and
/// 20 % under it. Its frequency is found by bisection: cos(w t1) / cos(w t2) grows with w.
float missing_db(std::span<const float> x, std::span<const float> run, float level) noexcept {
    constexpr float near = 0.96f;
    constexpr float far = 0.80f;
    const float half_near = 0.5f * width_around(x, run, near * level);
    const float half_far = 0.5f * width_around(x, run, far * level);
    if (!(half_far > half_near) || half_near <= 0.0f) {
        return 0.0f;
    }
    float low = 0.0f;
    float high = 0.5f * std::numbers::pi_v<float> / half_far;
    for (int i = 0; i < 24; ++i) {
        const float w = 0.5f * (low + high);
        (std::cos(w * half_near) * far < std::cos(w * half_far) * near ? low : high) = w;
    }
    const float peak = near / std::max(0.05f, std::cos(low * half_near));
    return std::clamp(20.0f * std::log10(peak), 0.0f, 24.0f);
}

Gain missing_from(const CeilingRun& run, float level) {
    const std::size_t first =
        TallPeak::reach - static_cast<std::size_t>(run.peak->frame - run.first_frame);
    const std::span<const float> top(run.peak->around.data() + first, run.frames);
    return Gain::from_db(static_cast<double>(missing_db(run.peak->around, top, level)));
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
    scratch_.resize(longest);
    smooth_.resize(longest);
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    for (Channel& channel : channels_) {
        channel.excursion.resize(longest);
        channel.recent.resize(2 * PeakInContext::reach + static_cast<std::size_t>(spec.max_frames));
        for (const std::size_t s : {0u, 1u}) {
            channel.tall[s].prepare();
            channel.in_context[s].prepare();
        }
        for (Side& side : channel.sides) {
            side.histogram.resize(level_bins);
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
            std::ranges::fill(side.histogram, Bin{});
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
    if (highest < looked_at * side.highest ||
        highest * scales[0].near_depth < quanta_in_depth * channel.quantum) {
        return;
    }
    const Top top = top_of(x, highest, channel.quantum);
    Bin& bin = side.histogram[bin_of(top.level)];
    ++bin.tops;
    bin.wide_round += top.shape == Shape::round ? 1 : 0;
    bin.wide_flat += top.shape == Shape::flat ? 1 : 0;
    bin.close_pairs += top.shape == Shape::close_pair ? 1 : 0;
    bin.pairs += top.shape == Shape::pair || top.shape == Shape::close_pair ? 1 : 0;
    bin.exact += top.exact ? 1 : 0;
    if (top.flat_frames > 0.0f) {
        bin.share += top.flat_frames / static_cast<float>(x.size());
        bin.halfway += halfway_up(x, top.first, top.frames) / top.level;
        keep(side, {index, end_frame - x.size() + top.first, top.frames,
                    channel.last > 0.0f ? top.level : -top.level,
                    Gain::from_db(static_cast<double>(top.missing_db)), top.exact});
    }
}

/// A running mean of `length`, aligned; shorter by length - 1 at its end.
std::span<const float> FlatTops::smoothed(std::span<const float> x, std::size_t length) noexcept {
    const std::span<float> out(smooth_.data(), x.size() - length + 1);
    double sum = 0.0;
    for (std::size_t n = 0; n < x.size(); ++n) {
        sum += static_cast<double>(x[n]);
        if (n + 1 >= length) {
            out[n + 1 - length] = static_cast<float>(sum / static_cast<double>(length));
            sum -= static_cast<double>(x[n + 1 - length]);
        }
    }
    return out;
}

FlatTops::Top FlatTops::top_of(std::span<const float> x, float highest, float quantum) noexcept {
    const auto median_of = [&](std::span<const float> run) {
        const std::span<float> sorted(scratch_.data(), run.size());
        std::ranges::copy(run, sorted.begin());
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::ranges::nth_element(sorted, middle);
        return *middle;
    };
    const auto place = [&](Shape shape, std::span<const float> run, float level,
                           float flat_frames) {
        const auto [least, most] = std::ranges::minmax(run);
        return Top{shape,
                   level,
                   flat_frames,
                   static_cast<std::size_t>(run.data() - x.data()),
                   run.size(),
                   flat_frames > 0.0f ? missing_db(x, run, level) : 0.0f,
                   flat_frames > 0.0f && run.size() >= 3 && most - least <= quantum};
    };
    const auto cut = [&](std::span<const float> y, float maximum) -> std::optional<Top> {
        for (const TopScale& scale : scales) {
            const float threshold = maximum * (1.0f - scale.near_depth);
            const float width = time_above(y, threshold);
            if (width >= scale.least_width &&
                width >= scale.flat * time_above(y, maximum * (1.0f - scale.far_depth))) {
                const auto run = extent_above(y, threshold);
                Top top{Shape::flat, median_of(run), width};
                top.first = static_cast<std::size_t>(run.data() - y.data());
                top.frames = run.size();
                return top;
            }
        }
        return std::nullopt;
    };
    const std::span<const float> near =
        extent_above(x, highest * (1.0f - scales.back().near_depth));
    auto found = cut(x, highest);
    if (!found && near.size() >= least_smoothed) {
        // A long top is read through its noise: averaged over a tenth of its length.
        const auto smooth = smoothed(x, near.size() / 10 + 1);
        found = cut(smooth, *std::ranges::max_element(smooth));
    }
    if (found) {
        const auto run = x.subspan(found->first, std::min(found->frames, x.size() - found->first));
        return place(Shape::flat, run, found->level, found->flat_frames);
    }
    const std::span<const float> rippled = longest_run(x, highest * (1.0f - rippled_depth));
    const float level = median_of(rippled);
    const auto flat = static_cast<std::size_t>(std::ranges::count_if(
        rippled, [&](float y) { return std::abs(y - level) <= rippled_spread * level; }));
    if (flat >= least_frames &&
        static_cast<float>(flat) >= rippled_share * static_cast<float>(rippled.size())) {
        return place(Shape::flat, rippled, level, static_cast<float>(flat));
    }
    if (time_above(x, highest * (1.0f - wide_depth)) >= wide_width) {
        return place(Shape::round, near, highest, 0.0f);
    }
    for (const Shape shape : {Shape::close_pair, Shape::pair}) {
        const auto pair =
            extent_above(x, highest * (1.0f - pair_depths[shape == Shape::close_pair ? 0 : 1]));
        if (pair.size() >= 2) {
            return place(shape, pair, highest, static_cast<float>(pair.size()));
        }
    }
    return place(Shape::narrow, near, highest, 0.0f);
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

/// What single tops' shapes say, without pairs of samples that are alike.
FlatTops::Histogram FlatTops::without_pairs(Histogram histogram) {
    for (Bin& bin : histogram) {
        bin.pairs = 0;
        bin.close_pairs = 0;
    }
    return histogram;
}

/// Whether there is a level at which tops are flat; in a sound that `repeats` pairs say nothing.
template <typename Repeats>
bool FlatTops::find_by_shape(const Channel& channel, Repeats repeats, FlatTopsFound& found) {
    // Most amplifiers clip at the same level on both sides: together they say more.
    Histogram both = channel.sides[0].histogram;
    for (std::size_t bin = 0; bin < level_bins; ++bin) {
        const Bin& below = channel.sides[1].histogram[bin];
        both[bin].tops += below.tops;
        both[bin].wide_round += below.wide_round;
        both[bin].wide_flat += below.wide_flat;
        both[bin].close_pairs += below.close_pairs;
        both[bin].pairs += below.pairs;
        both[bin].exact += below.exact;
        both[bin].share += below.share;
        both[bin].halfway += below.halfway;
    }
    const auto level_in = [&](const Histogram& histogram) {
        const auto level = clip_level(histogram);
        return level && repeats() ? clip_level(without_pairs(histogram)) : level;
    };
    const auto common = level_in(both);
    bool any = false;
    for (const Side& side : channel.sides) {
        const auto level = common ? common : level_in(side.histogram);
        if (level && !by_design(side.histogram, *level)) {
            collect(side, *level, side.highest_flat >= full_scale, found);
            any = true;
        }
    }
    return any;
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
    return std::ranges::none_of(channel.sides, is_flat_by_design);
}

/// One past the bin of the highest top.
std::size_t FlatTops::end_of(const Histogram& histogram) noexcept {
    std::size_t top = level_bins;
    while (top > 0 && histogram[top - 1].tops == 0) {
        --top;
    }
    return top;
}

/// Whether a clip level was seen that by_design() doesn't believe.
bool FlatTops::is_flat_by_design(const Side& side) {
    const std::size_t top = end_of(side.histogram);
    for (std::size_t bin = top - std::min(top, highest_window_bins); bin < top; ++bin) {
        if (evidence(side.histogram, bin) > least_evidence && by_design(side.histogram, bin)) {
            return true;
        }
    }
    return false;
}

/// Where half of the wide tops are flat, at whatever level.
bool FlatTops::is_square(const Side& side) noexcept {
    double flat = 0.0;
    double round = 0.0;
    for (const Bin& bin : side.histogram) {
        flat += bin.wide_flat;
        round += bin.wide_round;
    }
    return flat > round;
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
        if (is_square(channel.sides[s])) {
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

/// The logarithm of the odds that a stage cut off at the levels from `first` on, after as before.
double FlatTops::evidence(const Histogram& histogram, std::size_t first) {
    const auto sum = [&](std::size_t from, std::size_t to, auto member) {
        double total = 0.0;
        for (std::size_t bin = from; bin < std::min(to, level_bins); ++bin) {
            total += static_cast<double>(histogram[bin].*member);
        }
        return total;
    };
    const std::size_t end = first + window_bins;
    const auto here = [&](auto member) { return sum(first, end, member); };
    // What this stream's tops are like where nothing is cut.
    const std::size_t to = first - std::min(first, baseline_gap_bins);
    const std::size_t from = first - std::min(first, looked_at_bins);
    const auto below = [&](auto member) { return sum(from, to, member); };
    const auto clean = [](double seen, double of, double prior) {
        return std::max(prior, (seen + prior_tops * prior) / (of + prior_tops));
    };
    const auto weighed = [](double yes, double no, double if_clean) {
        const double share = yes / std::max(1.0, yes + no);
        if (share <= if_clean) {
            return 0.0;
        }
        return yes * std::log(share / if_clean) +
               (no > 0.0 ? no * std::log((1.0 - share) / (1.0 - if_clean)) : 0.0);
    };
    const double flat = here(&Bin::wide_flat);
    // Ringing lifts some of the cut tops by up to a decibel.
    const std::size_t ringing = std::min(level_bins, end + highest_window_bins);
    const double ringing_rounds = sum(end, ringing, &Bin::wide_round);
    const double round = here(&Bin::wide_round) + ringing_rounds;
    const double wide_below = below(&Bin::wide_flat) + below(&Bin::wide_round);
    const double wide =
        weighed(flat, round, clean(below(&Bin::wide_flat), wide_below, flat_if_clean));
    const double narrow = here(&Bin::tops) - flat - here(&Bin::wide_round);
    const double narrow_below = below(&Bin::tops) - wide_below;
    const auto paired = [&](auto member, double prior) {
        return weighed(here(member), narrow - here(member),
                       clean(below(member), narrow_below, prior));
    };
    const double rounds_above = sum(ringing, level_bins, &Bin::wide_round);
    return wide +
           std::max(paired(&Bin::close_pairs, pair_if_clean[0]),
                    paired(&Bin::pairs, pair_if_clean[1])) -
           ringing_above * ringing_rounds - round_above * rounds_above -
           narrow_above * (sum(ringing, level_bins, &Bin::tops) - rounds_above);
}

std::optional<std::size_t> FlatTops::clip_level(const Histogram& histogram) {
    const std::size_t top = end_of(histogram);
    // The clip level is where most evidence is, not far under the highest peak.
    std::optional<std::size_t> best;
    double most = least_evidence;
    for (std::size_t bin = top - std::min(top, highest_window_bins); bin < top; ++bin) {
        const double odds = evidence(histogram, bin);
        if (odds > most && !by_design(histogram, bin)) {
            most = odds;
            best = bin;
        }
    }
    return best;
}

bool FlatTops::by_design(const Histogram& histogram, std::size_t first) {
    struct Sums {
        double share = 0.0;
        double halfway = 0.0;
        double flats = 0.0;
        double tops = 0.0;
    };

    const auto sums = [&](std::size_t from, std::size_t to) {
        Sums all;
        for (std::size_t k = from; k < std::min(to, level_bins); ++k) {
            all.share += static_cast<double>(histogram[k].share);
            all.halfway += static_cast<double>(histogram[k].halfway);
            all.flats += histogram[k].wide_flat + histogram[k].pairs;
            all.tops += histogram[k].tops;
        }
        return all;
    };
    const auto steady = [](const Sums& flat, double tops) {
        return flat.share > steady_share * flat.flats && flat.flats > steady_tops * tops &&
               flat.halfway > straight_halfway * flat.flats;
    };
    const Sums here = sums(first, first + window_bins);
    const Sums all = sums(first - std::min(first, looked_at_bins), level_bins);
    // A synthesiser's notes are flat at whatever level each has.
    const bool at_many_levels = here.flats < at_one_level * all.flats;
    return here.share > design_share * here.flats || steady(here, all.tops) ||
           (at_many_levels && steady(all, all.tops));
}

void FlatTops::collect(const Side& side, std::size_t level, bool over, FlatTopsFound& found) {
    for (std::size_t bin = level; !over && bin < std::min(level + window_bins, level_bins); ++bin) {
        const Bin& at = side.histogram[bin];
        found.count += at.wide_flat + at.close_pairs;
        found.exact += at.exact;
    }
    for (const FlatTop& top : side.candidates) {
        const std::size_t bin = bin_of(std::abs(top.level));
        if (bin >= level && bin < level + window_bins) {
            (over ? found.full_scale : found.first).push_back(top);
        }
    }
}

} // namespace gainstage::take
