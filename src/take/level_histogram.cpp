// SPDX-License-Identifier: MIT
#include "take/level_histogram.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gainstage::take {
namespace {

// Tuned on the labelled set of bench/take_clipping, November 2026.

// Flat by design: nearly all of the excursion is flat, or a good part of it and nearly every
// excursion there is within 12 dB.
constexpr double design_share = 0.88;
constexpr double steady_share = 0.45; // a sine cut by 2.4 dB
constexpr double steady_tops = 0.70;
// ...unless its flanks run straight into the flat: a sine cut by 1 to 15 dB has 0.50 to 0.59, a
// sine through a tanh 0.64 and more.
constexpr double straight_halfway = 0.60;
constexpr double at_one_level = 0.6; // of the flat ones

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

std::size_t bin_of(float level) noexcept {
    const float db = 20.0f * std::log10(level);
    return static_cast<std::size_t>(
        (std::clamp(db, lowest_level_db, highest_level_db) - lowest_level_db) / level_bin_db);
}

} // namespace

void LevelHistogram::prepare() { bins_.resize(level_bins); }

void LevelHistogram::reset() noexcept { std::ranges::fill(bins_, Bin{}); }

void LevelHistogram::add(const Top& top, std::size_t frames, float halfway) noexcept {
    Bin& bin = bins_[bin_of(top.level)];
    ++bin.tops;
    bin.wide_round += top.shape == TopShape::round ? 1 : 0;
    bin.wide_flat += top.shape == TopShape::flat ? 1 : 0;
    bin.close_pairs += top.shape == TopShape::close_pair ? 1 : 0;
    bin.pairs += top.shape == TopShape::pair || top.shape == TopShape::close_pair ? 1 : 0;
    bin.exact += top.exact ? 1 : 0;
    if (top.flat_frames > 0.0f) {
        bin.share += top.flat_frames / static_cast<float>(frames);
        bin.halfway += halfway;
    }
}

LevelHistogram LevelHistogram::with(const LevelHistogram& other) const {
    LevelHistogram both = *this;
    for (std::size_t bin = 0; bin < level_bins; ++bin) {
        const Bin& theirs = other.bins_[bin];
        Bin& sum = both.bins_[bin];
        sum.tops += theirs.tops;
        sum.wide_round += theirs.wide_round;
        sum.wide_flat += theirs.wide_flat;
        sum.close_pairs += theirs.close_pairs;
        sum.pairs += theirs.pairs;
        sum.exact += theirs.exact;
        sum.share += theirs.share;
        sum.halfway += theirs.halfway;
    }
    return both;
}

LevelHistogram LevelHistogram::without_pairs() const {
    LevelHistogram left = *this;
    for (Bin& bin : left.bins_) {
        bin.pairs = 0;
        bin.close_pairs = 0;
    }
    return left;
}

/// The logarithm of the odds that a stage cut off at the levels from `first` on, after as before.
double LevelHistogram::evidence(std::size_t first) const {
    const auto sum = [&](std::size_t from, std::size_t to, auto member) {
        double total = 0.0;
        for (std::size_t bin = from; bin < std::min(to, level_bins); ++bin) {
            total += static_cast<double>(bins_[bin].*member);
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

std::optional<std::size_t> LevelHistogram::clip_level() const {
    const std::size_t top = end();
    // The clip level is where most evidence is, not far under the highest peak.
    std::optional<std::size_t> best;
    double most = least_evidence;
    for (std::size_t bin = top - std::min(top, highest_window_bins); bin < top; ++bin) {
        const double odds = evidence(bin);
        if (odds > most && !is_by_design(bin)) {
            most = odds;
            best = bin;
        }
    }
    return best;
}

bool LevelHistogram::is_by_design(std::size_t place) const {
    struct Sums {
        double share = 0.0;
        double halfway = 0.0;
        double flats = 0.0;
        double tops = 0.0;
    };

    const auto sums = [&](std::size_t from, std::size_t to) {
        Sums all;
        for (std::size_t k = from; k < std::min(to, level_bins); ++k) {
            all.share += static_cast<double>(bins_[k].share);
            all.halfway += static_cast<double>(bins_[k].halfway);
            all.flats += bins_[k].wide_flat + bins_[k].pairs;
            all.tops += bins_[k].tops;
        }
        return all;
    };
    const auto steady = [](const Sums& flat, double tops) {
        return flat.share > steady_share * flat.flats && flat.flats > steady_tops * tops &&
               flat.halfway > straight_halfway * flat.flats;
    };
    const Sums here = sums(place, place + window_bins);
    const Sums all = sums(place - std::min(place, looked_at_bins), level_bins);
    // A synthesiser's notes are flat at whatever level each has.
    const bool at_many_levels = here.flats < at_one_level * all.flats;
    return here.share > design_share * here.flats || steady(here, all.tops) ||
           (at_many_levels && steady(all, all.tops));
}

bool LevelHistogram::is_flat_by_design() const {
    const std::size_t top = end();
    for (std::size_t bin = top - std::min(top, highest_window_bins); bin < top; ++bin) {
        if (evidence(bin) > least_evidence && is_by_design(bin)) {
            return true;
        }
    }
    return false;
}

bool LevelHistogram::is_square() const noexcept {
    double flat = 0.0;
    double round = 0.0;
    for (const Bin& bin : bins_) {
        flat += bin.wide_flat;
        round += bin.wide_round;
    }
    return flat > round;
}

bool LevelHistogram::is_at(std::size_t place, float amplitude) noexcept {
    const std::size_t bin = bin_of(amplitude);
    return bin >= place && bin < place + window_bins;
}

LevelHistogram::Flat LevelHistogram::flat_at(std::size_t place) const noexcept {
    Flat flat;
    for (std::size_t bin = place; bin < std::min(place + window_bins, level_bins); ++bin) {
        const Bin& at = bins_[bin];
        flat.tops += at.wide_flat + at.close_pairs;
        flat.exact += at.exact;
    }
    return flat;
}

/// One past the bin of the highest top.
std::size_t LevelHistogram::end() const noexcept {
    std::size_t top = level_bins;
    while (top > 0 && bins_[top - 1].tops == 0) {
        --top;
    }
    return top;
}

} // namespace gainstage::take
