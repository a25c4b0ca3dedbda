// SPDX-License-Identifier: MIT
#include "take/ceiling.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gainstage::take {
namespace {

// Tuned on the labelled set of bench/take_clipping, November 2026.

constexpr double narrowest = 5e-5; // of the level: widths are tried from here, doubling
constexpr double widest = 0.01;    // 0.09 dB: noise 40 dB under the ceiling
constexpr double least_quanta = 2.0;
constexpr std::size_t most_runs = 200; // more than these prove nothing more
constexpr std::size_t compared = 4;    // samples on either side, to tell repeated peaks

// For a parabola the chance that a sample falls within `width` of its crest is the root of four
// times width / drop, `drop` being that to the samples beside it. Several samples there aren't
// chance at all for a parabola, but for flatter crests: those of the fourth order get no evidence
// from it.
constexpr double one_sample = 5.0;
constexpr double several_samples = 20.0;
constexpr double counts_as_flat = 0.3; // natural logarithm
constexpr std::size_t most_frames = 12;

// Peaks just under the ceiling are counted in bands of so many of its widths.
constexpr std::array bands = {8.0, 32.0};

// How many of a limiter's peaks at its ceiling have several samples there, or another such peak
// soon after; and from which surplus over what lies under it the latter is looked at.
constexpr double several_if_limited = 0.03;
constexpr double company_if_limited = 0.25;
constexpr double company_surplus = 20.0;
constexpr double company_most = 60.0; // of more, some would have several: a synthesiser's wave
constexpr double soon_s = 0.0015;     // a limiter's look-ahead

constexpr double least_ceiling_evidence =
    5.0; // natural logarithms of odds: against chance and repetition
constexpr double least_against_limiter = 1.5;
// And if it may be one, of each peak too: a long note's crests lie a little closer than they
// should.
constexpr double least_held_evidence = 10.0;
constexpr double least_held_each = 1.2;

/// A run, judged.
struct Judged {
    CeilingRun run;
    double evidence = 0.0; ///< natural logarithm, for each of its samples
};

/// Tall peaks, the highest first.
using Order = std::vector<const TallPeak*>;

/// How far the samples beside `first` to `last` lie under the level, as a part of it; beside a long
/// run they are farther away.
double drop_beside(const TallPeak& peak, std::size_t first, std::size_t last, double level) {
    const std::size_t step = std::max<std::size_t>(1, (last - first + 1) / 2);
    const double before = level - static_cast<double>(peak.around[first - std::min(first, step)]);
    const double after =
        level - static_cast<double>(peak.around[std::min(last + step, peak.around.size() - 1)]);
    return std::min({0.5 * (before + after), 2.0 * before, 2.0 * after, level}) / level;
}

Judged judged(const TallPeak& peak, double level, double width) {
    const auto above = [&](std::size_t i) {
        return static_cast<double>(peak.around[i]) >= level * (1.0 - width);
    };
    std::size_t first = TallPeak::reach;
    std::size_t last = TallPeak::reach;
    while (first > 0 && above(first - 1)) {
        --first;
    }
    while (last + 1 < peak.around.size() && above(last + 1)) {
        ++last;
    }
    const std::size_t frames = last - first + 1;
    const double drop = std::max(1e-9, drop_beside(peak, first, last, level));
    const double chance = (frames > 1 ? several_samples : one_sample) * width / drop;
    // A peak within the first samples of a stream has silence before them.
    const std::uint64_t before = TallPeak::reach - first;
    return {{peak.frame - std::min(peak.frame, before), frames, &peak},
            -0.5 * std::log(std::min(1.0, chance))};
}

bool alike(const TallPeak& a, const TallPeak& b, double tolerance) {
    for (std::size_t i = TallPeak::reach - compared; i <= TallPeak::reach + compared; ++i) {
        if (std::abs(static_cast<double>(a.around[i] - b.around[i])) > tolerance) {
            return false;
        }
    }
    return true;
}

/// What lies within `width` of the level, in order of time.
std::vector<Judged> judged_at(const Order& order, double level, double width) {
    Order within;
    for (const TallPeak* peak : order) {
        if (static_cast<double>(peak->level) < level * (1.0 - width)) {
            break;
        }
        within.push_back(peak);
    }
    std::ranges::sort(within, {}, &TallPeak::frame);
    std::vector<Judged> runs;
    std::uint64_t end = 0;
    for (const TallPeak* peak : within) {
        const Judged run = judged(*peak, level, width);
        if (runs.empty() || run.run.first_frame >= end) {
            runs.push_back(run);
        }
        end = std::max(end, run.run.first_frame + run.run.frames);
    }
    return runs;
}

std::vector<Judged> without_repeats(const std::vector<Judged>& runs, double tolerance) {
    std::vector<Judged> distinct;
    for (const Judged& run : runs) {
        if (distinct.size() == most_runs) {
            break;
        }
        if (std::ranges::none_of(distinct, [&](const Judged& other) {
                return alike(*run.run.peak, *other.run.peak, tolerance);
            })) {
            distinct.push_back(run);
        }
    }
    return distinct;
}

/// How many would lie within `width` if they lay as close as those just under it.
double expected_by_chance(const Order& order, double level, double width) {
    const bool all_kept = order.size() < TallPeaks::most;
    double most = 0.0;
    for (const double band : bands) {
        const double lowest = level * (1.0 - width * (1.0 + band));
        if (!all_kept && band > bands.front() &&
            lowest < static_cast<double>(order.back()->level)) {
            continue;
        }
        const auto count = std::ranges::count_if(order, [&](const TallPeak* peak) {
            const auto at = static_cast<double>(peak->level);
            return at < level * (1.0 - width) && at >= lowest;
        });
        most = std::max(most, (static_cast<double>(count) + 0.5) / band);
    }
    return most;
}

/// The logarithm of how much better `count` of `all` agree with their own share than with `share`.
double over_share(double count, double all, double share) {
    if (count <= share * all) {
        return 0.0;
    }
    const double own = count / all;
    const double rest = all - count;
    return count * std::log(own / share) +
           (rest > 0.0 ? rest * std::log((1.0 - own) / (1.0 - share)) : 0.0);
}

double against_limiter(const std::vector<Judged>& runs, double expected, Hertz rate) {
    const auto several = [](const Judged& run) {
        return run.run.frames > 1 && run.evidence > counts_as_flat;
    };
    const auto soon = static_cast<std::uint64_t>(soon_s * rate.value());
    const auto close = [&](std::size_t earlier) {
        const CeilingRun& run = runs[earlier].run;
        return runs[earlier + 1].run.first_frame < run.first_frame + run.frames + soon;
    };
    double flat = 0.0;
    double company = 0.0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const bool accompanied = (i > 0 && close(i - 1)) || (i + 1 < runs.size() && close(i));
        flat += several(runs[i]) ? 1.0 : 0.0;
        company += several(runs[i]) || accompanied ? 1.0 : 0.0;
    }
    const auto all = static_cast<double>(runs.size());
    return std::max(over_share(flat, all, several_if_limited),
                    all > company_surplus * expected && all <= company_most
                        ? over_share(company, all, company_if_limited)
                        : 0.0);
}

/// That the peaks were held at one level.
struct Evidence {
    double over_least = 0.0; ///< 0 and less: not enough
    bool may_be_limiter = true;
};

Evidence evidence_at(const Order& order, double level, double width, Hertz rate) {
    const auto all = judged_at(order, level, width);
    const auto runs = without_repeats(all, 3.0 * width * level);
    if (runs.size() < 2) {
        return {}; // one place is no level: FlatTops judges it by its shape
    }
    const double expected = expected_by_chance(order, level, width);
    // The highest defines the level: it says nothing by lying there.
    const double others = static_cast<double>(runs.size()) - 1.0;
    double chance =
        others > expected ? others * std::log(others / expected) - others + expected : 0.0;
    double repetition = 0.0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const double flat =
            runs[i].evidence * static_cast<double>(std::min(runs[i].run.frames, most_frames) - 1);
        chance += flat;
        repetition += flat + (i > 0 ? runs[i].evidence : 0.0);
    }
    const double held = std::min(chance, repetition);
    if (against_limiter(runs, expected, rate) > least_against_limiter) {
        return {held - least_ceiling_evidence, false};
    }
    const double each = repetition / static_cast<double>(runs.size());
    return {each >= least_held_each ? held - least_held_evidence : 0.0, true};
}

} // namespace

std::vector<CeilingRun> runs_at(std::span<const TallPeak> peaks, double level, double width) {
    std::vector<CeilingRun> runs;
    for (const Judged& run : judged_at(highest_first(peaks), level, width)) {
        runs.push_back(run.run);
    }
    return runs;
}

std::optional<CeilingFound>
find_ceiling(std::span<const TallPeak> peaks, float quantum, Hertz rate) {
    Order order = highest_first(peaks);
    if (order.size() < 2) {
        return std::nullopt;
    }
    order.resize(std::min(order.size(), TallPeaks::most));
    const auto level = static_cast<double>(order.front()->level);
    Evidence most;
    std::optional<CeilingFound> found;
    for (double width = narrowest; width < widest; width *= 2.0) {
        if (order.size() == TallPeaks::most &&
            static_cast<double>(order.back()->level) >= level * (1.0 - width)) {
            break; // what lies under the ceiling isn't known
        }
        if (width * level < least_quanta * static_cast<double>(quantum)) {
            continue;
        }
        const Evidence evidence = evidence_at(order, level, width, rate);
        const bool surer = evidence.may_be_limiter == most.may_be_limiter
                               ? evidence.over_least > most.over_least
                               : most.may_be_limiter;
        if (evidence.over_least > 0.0 && surer) {
            most = evidence;
            found = {
                static_cast<float>(level), static_cast<float>(width), {}, evidence.may_be_limiter};
        }
    }
    if (found) {
        for (const Judged& run : judged_at(order, level, static_cast<double>(found->width))) {
            found->runs.push_back(run.run);
        }
    }
    return found;
}

} // namespace gainstage::take
