// SPDX-License-Identifier: MIT
#include "take/prediction.h"

#include "take/generalized_pareto.h"

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
constexpr double window_s = 2.0;      // whose peaks tell how the playing wanders
constexpr double window_active_db = 30.0;
constexpr double unknown_wander_db = 3.0; // with one window

/// A quantile of the take's peak over the practice run's, in dB.
struct Weights {
    double constant;
    double return_level; ///< of the return level's height over the highest peak heard
    double wander;       ///< of the standard deviation of the windows' peaks
    double longer;       ///< of log(take / practice)

    [[nodiscard]] double of(double return_db, double wander_db, double log_longer) const noexcept {
        return constant + return_level * return_db + wander * wander_db + longer * log_longer;
    }
};

// Quantile regression over 3453 splits of 371 recordings from 22 packages, practice runs of 10 to
// 90 s, November 2026; rounded, and the outer two widened by a tenth for material unlike those
// (docs/theory/take_prediction.md).
constexpr Weights weights_low{-1.1, 0.05, -0.02, 0.35};
constexpr Weights weights_middle{-0.3, 0.25, 0.12, 0.40};
constexpr Weights weights_high{0.2, 0.85, 0.95, 2.2};
constexpr double least_side_db = 0.3; // between two of the three

const double decades_a_side = std::log10(0.5 / 0.05); // of odds, from the median to a twentieth: 1

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

/// How far the peaks of 2 s lie apart: their standard deviation in dB.
double wander_of(const Levels& levels, double hop_s) {
    const auto window = std::max<std::size_t>(1, static_cast<std::size_t>(window_s / hop_s));
    double count = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t at = 0; at + window <= levels.all_db.size(); at += window) {
        const auto first = levels.all_db.begin() + static_cast<std::ptrdiff_t>(at);
        const double peak = *std::max_element(first, first + static_cast<std::ptrdiff_t>(window)) -
                            levels.highest_db;
        if (peak > -window_active_db) {
            count += 1.0;
            sum += peak;
            squares += peak * peak;
        }
    }
    return count < 2.0 ? unknown_wander_db
                       : std::sqrt(std::max(0.0, squares / count - (sum / count) * (sum / count)));
}

} // namespace

double Prediction::odds_over(Dbfs level) const noexcept {
    const double above = (level - expected).db();
    return above >= 0.0
               ? 0.5 * std::pow(10.0, -decades_a_side * above / (high - expected).db())
               : 1.0 - 0.5 * std::pow(10.0, decades_a_side * above / (expected - low).db());
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
    const double over_db = threshold_of(levels);
    const std::vector<double> excesses = clusters(levels, over_db, hop.value());
    const auto law = GeneralizedPareto::fit(excesses, prior_shape, prior_weight);
    const double longer = take.value() / practice.value();
    // The median of the highest of n is the level that one in n / log 2 exceeds.
    const double count = static_cast<double>(excesses.size()) * longer / std::log(2.0);
    const double return_db =
        std::max(0.0, over_db + law.exceeded_once_in(count) - levels.highest_db);
    const double wander_db = wander_of(levels, hop.value());
    const double log_longer = std::max(0.0, std::log(longer));
    const auto level = [&](const Weights& weights) {
        return Dbfs{levels.highest_db + weights.of(return_db, wander_db, log_longer)};
    };
    const Gain least_side = Gain::from_db(least_side_db);
    Prediction prediction{level(weights_middle), {}, {}, practice, take};
    prediction.low = std::min(level(weights_low), prediction.expected - least_side);
    prediction.high = std::max(level(weights_high), prediction.expected + least_side);
    return prediction;
}

} // namespace gainstage::take
