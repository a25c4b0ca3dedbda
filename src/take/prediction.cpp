// SPDX-License-Identifier: MIT
#include "take/prediction.h"

#include "take/generalized_pareto.h"
#include "take/median.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gainstage::take {
namespace {

constexpr double active_db = 40.0;    // under the highest: what is softer is a pause
constexpr double threshold = 0.95;    // quantile: higher leaves too few clusters in half a minute
constexpr double apart_s = 0.5;       // of two clusters: two strokes or syllables, not one
constexpr double prior_shape = -0.4;  // mean of recordings of four minutes
constexpr double prior_weight = 20.0; // clusters: about as many as a practice run has
constexpr double window_s = 2.0;      // about a bar
constexpr double close_db = 0.5;      // under the highest: as loud as that

// Fitted by quantile regression to 8766 splits of 437 recordings from 37 packages, practice runs of
// 10 s to half the recording, a package's weight the root of its number of recordings, November
// 2026; rounded (docs/theory/take_prediction.md). All in dB over the highest peak that was heard.

/// What a practice run shows of the peaks to come.
struct Heard {
    double longer = 1.0;          ///< the take, over the practice run
    double return_db = 0.0;       ///< of the take's return level over the highest peak
    double clusters = 0.0;        ///< how many events there were
    double close = 0.0;           ///< share of the windows that are as loud as the loudest: 0 to 1
    double median_db = 0.0;       ///< of the short-term peaks under the highest
    double last_quarter_db = 0.0; ///< its peak, under the highest

    /// The median. Half of an equally long take's is the practice run's own.
    [[nodiscard]] double middle() const noexcept {
        const double rise = 1.16 * std::pow(longer, 0.40) * std::pow(return_db + 0.1, 0.37) *
                            std::exp(-0.60 * close - 0.055 * median_db);
        return std::max(0.0, rise - 0.2);
    }

    /// A twentieth of takes stays under it: much under if the end was soft, little if the take is
    /// long or everything was equally loud.
    [[nodiscard]] double low() const noexcept {
        const double depth =
            1.97 * std::pow(longer, -0.38) * std::exp(0.165 * last_quarter_db - 2.35 * close);
        return -std::min(active_db, depth);
    }

    /// A twentieth goes over it: few events and a single loud one tell least.
    [[nodiscard]] double high() const noexcept {
        return 48.0 * std::pow(clusters + 4.0, -0.88) * std::pow(longer, 0.18) *
               std::exp(-1.33 * close);
    }
};

constexpr double least_side_db = 0.3; // between two of the three

// Of odds, from the median to a twentieth: 1.
const double decades_a_side = std::log10(0.5 / 0.05);
// Over the twentieth: whether the interval is wide or narrow, one take in 100 lies 3 dB over it
// (same splits), which is a passage that the practice run didn't have.
constexpr double decade_over_high_db = 4.3;

struct Levels {
    std::vector<double> all_db;
    double highest_db = 0.0;
};

/// From the first sound to the last.
Levels trimmed(std::span<const float> peaks) {
    const float highest = peaks.empty() ? 0.0f : *std::ranges::max_element(peaks);
    if (!(highest > 0.0f)) {
        return {};
    }
    const float least = highest * static_cast<float>(std::pow(10.0, -active_db / 20.0));
    const auto active = [&](float x) { return x > least; };
    const auto first = std::ranges::find_if(peaks, active);
    const auto last = std::find_if(peaks.rbegin(), peaks.rend(), active).base();
    Levels levels{{}, 20.0 * std::log10(static_cast<double>(highest))};
    for (auto peak = first; peak != last; ++peak) {
        levels.all_db.push_back(20.0 * std::log10(std::max(static_cast<double>(*peak), 1e-12)));
    }
    return levels;
}

double threshold_of(const Levels& levels) {
    std::vector<double> active;
    for (const double level : levels.all_db) {
        if (level > levels.highest_db - active_db) {
            active.push_back(level);
        }
    }
    const auto place = active.begin() + static_cast<std::ptrdiff_t>(
                                            threshold * static_cast<double>(active.size() - 1));
    std::ranges::nth_element(active, place);
    return *place;
}

/// The highest excess of each cluster.
std::vector<double> clusters(const Levels& levels, double over_db, double hop_s) {
    std::vector<double> excesses;
    double gap_s = 2.0 * apart_s;
    for (const double level : levels.all_db) {
        if (level <= over_db) {
            gap_s += hop_s;
        } else if (gap_s > apart_s) {
            excesses.push_back(level - over_db);
            gap_s = 0.0;
        } else {
            excesses.back() = std::max(excesses.back(), level - over_db);
            gap_s = 0.0;
        }
    }
    return excesses;
}

/// The share of windows whose peak is within close_db of the highest.
double share_close(const Levels& levels, double hop_s) {
    const auto window = std::max<std::size_t>(1, static_cast<std::size_t>(window_s / hop_s));
    double windows = 0.0;
    double close = 0.0;
    for (std::size_t at = 0; at + window <= levels.all_db.size(); at += window) {
        const auto first = levels.all_db.begin() + static_cast<std::ptrdiff_t>(at);
        const double peak = *std::max_element(first, first + static_cast<std::ptrdiff_t>(window));
        windows += 1.0;
        close += peak > levels.highest_db - close_db ? 1.0 : 0.0;
    }
    return windows > 0.0 ? close / windows : 0.0;
}

Heard heard_in(const Levels& levels, double hop_s, double longer) {
    const double over_db = threshold_of(levels);
    const std::vector<double> excesses = clusters(levels, over_db, hop_s);
    const auto law = GeneralizedPareto::fit(excesses, prior_shape, prior_weight);
    const auto count = static_cast<double>(excesses.size());
    // The median of the highest of n is the level that one in n / log 2 exceeds.
    const double return_level = over_db + law.exceeded_once_in(count * longer / std::log(2.0));
    const auto quarter =
        static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, levels.all_db.size() / 4));
    const double last_db = *std::max_element(levels.all_db.end() - quarter, levels.all_db.end());
    return {longer,
            std::max(0.0, return_level - levels.highest_db),
            count,
            share_close(levels, hop_s),
            std::min(active_db, levels.highest_db - median(levels.all_db)),
            levels.highest_db - last_db};
}

} // namespace

double Prediction::odds_over(Dbfs level) const noexcept {
    const auto decades = [](double count) { return std::pow(10.0, count); };
    if (level > high) {
        return 0.05 * decades(-(level - high).db() / decade_over_high_db);
    }
    const double above = (level - expected).db();
    return above >= 0.0 ? 0.5 * decades(-decades_a_side * above / (high - expected).db())
                        : 1.0 - 0.5 * decades(decades_a_side * above / (expected - low).db());
}

Dbfs Prediction::exceeded_with(double odds) const noexcept {
    if (odds < 0.05) {
        return high + std::log10(0.05 / odds) * Gain::from_db(decade_over_high_db);
    }
    return odds <= 0.5
               ? expected + std::log10(0.5 / odds) / decades_a_side * (high - expected)
               : expected - std::log10(0.5 / (1.0 - odds)) / decades_a_side * (expected - low);
}

Prediction operator+(const Prediction& prediction, Gain gain) noexcept {
    Prediction moved = prediction;
    moved.expected = prediction.expected + gain;
    moved.low = prediction.low + gain;
    moved.high = prediction.high + gain;
    return moved;
}

Seconds playing(std::span<const float> short_term_peaks, Seconds hop) {
    return Seconds{static_cast<double>(trimmed(short_term_peaks).all_db.size()) * hop.value()};
}

std::optional<Prediction>
predict(std::span<const float> short_term_peaks, Seconds hop, Seconds take) {
    const Levels levels = trimmed(short_term_peaks);
    const Seconds practice{static_cast<double>(levels.all_db.size()) * hop.value()};
    if (levels.all_db.empty() || practice < shortest_practice) {
        return std::nullopt;
    }
    const Heard heard = heard_in(levels, hop.value(), take.value() / practice.value());
    const Dbfs highest{levels.highest_db};
    const Gain least_side = Gain::from_db(least_side_db);
    Prediction prediction{highest + Gain::from_db(heard.middle()), {}, {}, practice, take};
    prediction.low =
        std::min(highest + Gain::from_db(heard.low()), prediction.expected - least_side);
    prediction.high =
        std::max(highest + Gain::from_db(heard.high()), prediction.expected + least_side);
    return prediction;
}

} // namespace gainstage::take
