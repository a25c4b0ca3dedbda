// SPDX-License-Identifier: MIT
#include "master/drive_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gainstage::master {
namespace {

struct Point {
    double x;
    double y;
};

/// Where the line through two points of a growing function is 0. A function that hardly grows is
/// taken to grow a little, so that the answer stays in reach.
double line_root(Point a, Point b) {
    constexpr double least_slope = 0.1;
    const double slope = b.x > a.x ? std::max((b.y - a.y) / (b.x - a.x), least_slope) : 1.0;
    return b.x - b.y / slope;
}

/// Where the parabola that leaves `a` with slope 1 and passes through `b` is 0. That is how
/// loudness grows once the limiter begins to work: decibel for decibel at first, then less and
/// less.
double bending_root(Point a, Point b) {
    const double across = b.x - a.x;
    const double bend = across > 0.0 ? (across - (b.y - a.y)) / (across * across) : 0.0;
    const double under_root = 1.0 + 4.0 * bend * a.y; // a.y + t - bend t^2 = 0
    if (bend <= 1e-6 || under_root <= 0.0) {
        return line_root(a, b);
    }
    return a.x + (1.0 - std::sqrt(under_root)) / (2.0 * bend);
}

} // namespace

DriveSearch::DriveSearch(const Trial& unlimited, Lufs target)
    : target_(target), trials_{unlimited} {}

double DriveSearch::miss_db(const Trial& trial) const {
    return std::max((trial.integrated - target_).db(), trial.strain.db());
}

bool DriveSearch::is_hit(const Trial& trial) const {
    const double too_loud_db = (trial.integrated - target_).db();
    const double strain_db = trial.strain.db();
    const bool loud_enough = std::abs(too_loud_db) <= loudness_aim.db() && strain_db <= 0.0;
    const bool strained_enough =
        strain_db <= 0.0 && strain_db >= -strain_aim.db() && too_loud_db <= loudness_aim.db();
    return loud_enough || strained_enough;
}

void DriveSearch::add(const Trial& trial) {
    const auto place = std::ranges::find_if(
        trials_, [&](const Trial& other) { return other.drive > trial.drive; });
    trials_.insert(place, trial);
}

std::optional<Gain> DriveSearch::next() const {
    if (trials_.size() == 1) { // as if the limiter took nothing away: never too much
        const Trial& unlimited = trials_.front();
        return std::min(unlimited.drive + (target_ - unlimited.integrated), largest_drive);
    }
    if (trials_.size() > most_trials ||
        std::ranges::any_of(trials_, [&](const Trial& t) { return is_hit(t); })) {
        return std::nullopt;
    }
    // The last trial below and the first above; without one above, the last two.
    const auto above =
        std::ranges::find_if(trials_, [&](const Trial& t) { return miss_db(t) > 0.0; });
    const bool bracketed = above != trials_.end();
    const auto right = bracketed ? above : std::prev(trials_.end());
    if (right == trials_.begin()) {
        return std::nullopt; // too loud or strained without limiting: nothing to search for
    }
    const auto left = std::prev(right);
    if (!bracketed && right->drive >= largest_drive) {
        return std::nullopt;
    }
    const auto points = [&](auto value) {
        return std::pair{Point{left->drive.db(), value(*left)},
                         Point{right->drive.db(), value(*right)}};
    };
    const auto [quieter, louder] =
        points([&](const Trial& t) { return (t.integrated - target_).db(); });
    // Aimed a little below the limit: a hit is on its clean side.
    const auto [easier, harder] =
        points([](const Trial& t) { return (t.strain + 0.5 * strain_aim).db(); });
    const bool from_rest = left == trials_.begin();
    const double for_loudness =
        from_rest ? bending_root(quieter, louder) : line_root(quieter, louder);
    // From rest the strain grows ever faster, towards a decibel for a decibel: only the end says
    // where it leads.
    const double for_strain = from_rest ? harder.x - harder.y : line_root(easier, harder);
    double drive_db = std::min(for_loudness, for_strain);
    const double across = (right->drive - left->drive).db();
    if (bracketed) {
        if (across < 0.005) {
            return std::nullopt;
        }
        drive_db = std::clamp(drive_db, left->drive.db() + 0.05 * across,
                              right->drive.db() - 0.05 * across);
    } else {
        constexpr double longest_step_db = 6.0;
        drive_db =
            std::clamp(drive_db, right->drive.db() + 0.01, right->drive.db() + longest_step_db);
    }
    return std::min(Gain::from_db(drive_db), largest_drive);
}

const Trial& DriveSearch::best() const {
    // Clean ones: the unlimited trial always is. Of them the nearest to the target.
    const Trial* best = &trials_.front();
    for (const Trial& trial : trials_) {
        const bool is_nearer = std::abs((trial.integrated - target_).db()) <
                               std::abs((best->integrated - target_).db());
        if (trial.strain.db() <= 0.0 && is_nearer) {
            best = &trial;
        }
    }
    return *best;
}

bool DriveSearch::reached() const {
    return std::abs((best().integrated - target_).db()) <= 2.0 * loudness_aim.db();
}

} // namespace gainstage::master
