// SPDX-License-Identifier: MIT
#include "take/flat_tops.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace gainstage::take {
namespace {

// Tuned on FluidR3 renders and recorded samples, clean and clipped by 0.5 to 6 dB, November 2026
// (flat_tops_test.cpp has the synthetic part of that).
constexpr float near_depth =
    0.005f; // the top: deep enough for a converter's noise, -56 dB below the cut level
constexpr float far_depth = 0.02f; // four times: a parabola is twice as wide there
constexpr float width_ratio =
    0.75f; // width near / width far; 0.5 is round, 0.85 a sine cut by 0.3 dB
constexpr float least_width = 1.2f; // in frames; narrower tops say nothing
constexpr float rippled_depth =
    0.10f; // a cut top that was band-limited since rings by up to 9 % of its step (Gibbs)
constexpr float rippled_share =
    0.5f; // of it within 0.5 % of its median: 0.10 for a sine, 0.5 for one cut by 0.3 dB
constexpr std::size_t least_frames = 3; // in that share
constexpr float looked_at = 0.25f; // excursions more than 12 dB under the highest are no clipping
constexpr double design_share =
    0.95; // of an excursion that is flat: a square wave, or 20 dB of clipping
constexpr float quanta_in_depth = 2.0f; // a top must not be flat because it was quantised

constexpr float bin_db = 0.05f;
constexpr float highest_db = 24.0f; // float files may exceed full scale
constexpr float lowest_db = -72.0f;
constexpr std::size_t bins = static_cast<std::size_t>((highest_db - lowest_db) / bin_db) + 1;
constexpr std::size_t looked_at_bins = 240; // 12 dB
constexpr std::size_t window_bins = 3;      // 0.15 dB: where one clip level lands, with noise on it

constexpr double least_tops = 3;
constexpr double least_score = 6;
constexpr double least_contrast =
    2.0; // to the score of any other level: a few flat tops happen anywhere
constexpr double least_flat_share = 0.15; // of all tops at that level

constexpr double most_above = 0.5;

constexpr float full_scale =
    0.9999f; // from here on it is the converter or the file that clipped: the bridge counts that

constexpr std::size_t max_candidates = 1024;

std::size_t bin_of(float level) noexcept {
    const float db = 20.0f * std::log10(level);
    return static_cast<std::size_t>((std::clamp(db, lowest_db, highest_db) - lowest_db) / bin_db);
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

} // namespace

void FlatTops::prepare(const audio::Spec& spec) {
    // 0.1 s: half a period of 5 Hz, below any sound
    const auto longest = static_cast<std::size_t>(0.1 * spec.sample_rate.value()) + 1;
    scratch_.resize(longest);
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    for (Channel& channel : channels_) {
        channel.excursion.resize(longest);
        for (Side& side : channel.sides) {
            side.histogram.resize(bins);
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
        highest * near_depth < quanta_in_depth * channel.quantum) {
        return;
    }
    const Top top = top_of(x, highest);
    Bin& bin = side.histogram[bin_of(top.level)];
    ++bin.tops;
    if (top.flat_frames > 0.0f) {
        ++bin.flats;
        bin.score += std::min(top.flat_frames - 1.0f, 8.0f);
        bin.share += top.flat_frames / static_cast<float>(x.size());
        keep(side, {index, end_frame - x.size() + top.first, top.frames,
                    channel.last > 0.0f ? top.level : -top.level});
    }
}

FlatTops::Top FlatTops::top_of(std::span<const float> x, float highest) noexcept {
    const auto place = [&](std::span<const float> run, float level, float flat_frames) {
        return Top{level, flat_frames, static_cast<std::size_t>(run.data() - x.data()), run.size()};
    };
    const float threshold = highest * (1.0f - near_depth);
    const std::span<const float> run = longest_run(x, threshold);
    const float width = width_around(x, run, threshold);
    if (width >= least_width &&
        width >= width_ratio * width_around(x, run, highest * (1.0f - far_depth))) {
        return place(run, highest, width);
    }
    const std::span<const float> rippled = longest_run(x, highest * (1.0f - rippled_depth));
    const std::span<float> sorted(scratch_.data(), rippled.size());
    std::ranges::copy(rippled, sorted.begin());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    const float level = *middle;
    const auto flat = static_cast<std::size_t>(std::ranges::count_if(
        rippled, [&](float y) { return std::abs(y - level) <= near_depth * level; }));
    if (flat >= least_frames &&
        static_cast<float>(flat) >= rippled_share * static_cast<float>(rippled.size())) {
        return place(rippled, level, static_cast<float>(flat));
    }
    return place(run, highest, 0.0f);
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

FlatTopsFound FlatTops::found() const {
    FlatTopsFound found;
    for (const Channel& channel : channels_) {
        // Most amplifiers clip at the same level on both sides: together they say more.
        Histogram both = channel.sides[0].histogram;
        for (std::size_t bin = 0; bin < bins; ++bin) {
            const Bin& below = channel.sides[1].histogram[bin];
            both[bin].tops += below.tops;
            both[bin].flats += below.flats;
            both[bin].score += below.score;
            both[bin].share += below.share;
        }
        const auto common = clip_level(both);
        for (const Side& side : channel.sides) {
            const auto level = common ? common : clip_level(side.histogram);
            if (level && side.highest_flat < full_scale) {
                collect(side, *level, found);
            }
        }
    }
    std::ranges::sort(found.first, {}, &FlatTop::first_frame);
    if (found.first.size() > FlatTopsFound::max_listed) {
        found.first.resize(FlatTopsFound::max_listed);
    }
    return found;
}

std::optional<std::size_t> FlatTops::clip_level(const Histogram& histogram) {
    const auto sum = [&](std::size_t first, std::size_t last, auto member) {
        double total = 0.0;
        for (std::size_t bin = first; bin < std::min(last, bins); ++bin) {
            total += static_cast<double>(histogram[bin].*member);
        }
        return total;
    };
    const auto score_at = [&](std::size_t first) {
        return sum(first, first + window_bins, &Bin::score);
    };
    std::size_t best = 0;
    for (std::size_t bin = 0; bin < bins; ++bin) {
        best = score_at(bin) > score_at(best) ? bin : best;
    }
    double elsewhere = 0.0;
    for (std::size_t bin = best - std::min(best, looked_at_bins); bin + window_bins <= best;
         ++bin) {
        elsewhere = std::max(elsewhere, score_at(bin));
    }
    const std::size_t end = best + window_bins;
    const double flats = sum(best, end, &Bin::flats);
    const bool enough = flats >= least_tops && score_at(best) >= least_score;
    const bool alone = score_at(best) >= least_contrast * elsewhere;
    const bool usual = flats >= least_flat_share * sum(best, end, &Bin::tops);
    const bool by_design = sum(best, end, &Bin::share) > design_share * flats;
    const bool topmost = sum(end, bins, &Bin::tops) <= most_above * flats;
    return enough && alone && usual && !by_design && topmost ? std::optional(best) : std::nullopt;
}

void FlatTops::collect(const Side& side, std::size_t level, FlatTopsFound& found) {
    for (std::size_t bin = level; bin < std::min(level + window_bins, bins); ++bin) {
        found.count += side.histogram[bin].flats;
    }
    for (const FlatTop& top : side.candidates) {
        const std::size_t bin = bin_of(std::abs(top.level));
        if (bin >= level && bin < level + window_bins) {
            found.first.push_back(top);
        }
    }
}

} // namespace gainstage::take
