// SPDX-License-Identifier: MIT
#include "conformance/ideal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace gainstage::conformance {
namespace {

constexpr double silence_db = -std::numeric_limits<double>::infinity();

/// Mean power of [from, to) in milliseconds.
double mean_power(const std::vector<Piece>& pieces, int from, int to) {
    double energy = 0.0;
    int begin = 0;
    for (const Piece& piece : pieces) {
        const int end = begin + piece.milliseconds;
        const int overlap = std::min(end, to) - std::max(begin, from);
        if (overlap > 0 && piece.level_dbfs > silent) {
            energy += overlap * 0.5 * std::pow(10.0, piece.level_dbfs / 10.0);
        }
        begin = end;
    }
    return energy / (to - from);
}

int length_of(const std::vector<Piece>& pieces) {
    return std::accumulate(pieces.begin(), pieces.end(), 0,
                           [](int sum, const Piece& piece) { return sum + piece.milliseconds; });
}

/// Of each window of that length that is full.
std::vector<double> powers(const std::vector<Piece>& pieces, int window, int step) {
    std::vector<double> out;
    for (int end = window; end <= length_of(pieces); end += step) {
        out.push_back(mean_power(pieces, end - window, end));
    }
    return out;
}

double mean(const std::vector<double>& values) {
    return values.empty() ? 0.0
                          : std::accumulate(values.begin(), values.end(), 0.0) /
                                static_cast<double>(values.size());
}

std::vector<double> at_least(std::vector<double> values, double lowest) {
    std::erase_if(values, [lowest](double value) { return value < lowest; });
    return values;
}

/// EBU Tech 3342: from the 10th to the 95th percentile of what is left by both gates.
double range_db(const std::vector<double>& short_terms, double absolute_gate) {
    auto kept = at_least(short_terms, absolute_gate);
    kept = at_least(kept, mean(kept) * 0.01); // -20 LU
    if (kept.empty()) {
        return silence_db;
    }
    std::ranges::sort(kept);
    const auto percentile = [&](double part) {
        return kept[static_cast<std::size_t>(
            std::llround(static_cast<double>(kept.size() - 1) * part))];
    };
    return 10.0 * std::log10(percentile(0.95) / percentile(0.10));
}

} // namespace

IdealLoudness
ideal_loudness(const std::vector<Piece>& pieces, double channel_power, double k_gain_db) {
    const double offset_db = -0.691 + k_gain_db + 10.0 * std::log10(channel_power);
    const double absolute_gate = std::pow(10.0, (-70.0 - offset_db) / 10.0);
    const auto level = [offset_db](double power) {
        return power > 0.0 ? offset_db + 10.0 * std::log10(power) : silence_db;
    };
    const auto largest = [](const std::vector<double>& values) {
        return values.empty() ? 0.0 : *std::ranges::max_element(values);
    };
    auto blocks = at_least(powers(pieces, 400, 100), absolute_gate);
    blocks = at_least(blocks, mean(blocks) * 0.1); // -10 LU
    return {level(mean(blocks)), level(largest(powers(pieces, 400, 10))),
            level(largest(powers(pieces, 3000, 10))),
            range_db(powers(pieces, 3000, 100), absolute_gate)};
}

double top_of(const std::vector<double>& samples) {
    std::size_t at = 1;
    for (std::size_t n = 1; n + 1 < samples.size(); ++n) {
        at = std::abs(samples[n]) > std::abs(samples[at]) ? n : at;
    }
    const double before = std::abs(samples[at - 1]);
    const double here = std::abs(samples[at]);
    const double after = std::abs(samples[at + 1]);
    const double bend = 2.0 * here - before - after;
    return bend > 0.0 ? here + (after - before) * (after - before) / (8.0 * bend) : here;
}

} // namespace gainstage::conformance
