// SPDX-License-Identifier: MIT
#include "take/repetition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace gainstage::take {
namespace {

// Of the 32 highest peaks tones and synthesisers have 1 to 7 sounds; of 242 clipped passages five
// have as few, three of them a synthesised voice's (bench/take_clipping, November 2026).
constexpr std::size_t most_looked_at = 32;
constexpr std::size_t least_looked_at = 8;
constexpr float lowest_looked_at = 0.9f; // of the highest peak
constexpr double most_sounds = 0.22;     // of the peaks

constexpr double least_alike = 0.98;
constexpr double least_alike_within = 0.9; // periods of one note, sung or turned down by a limiter
constexpr double most_off = 0.01;          // proportion
constexpr double reach_s = 0.00135;        // on either side of the peak
constexpr int least_reach = 64;
constexpr int moved = 3;
constexpr int most_reach = PeakInContext::reach - moved - 1;

/// From sample to sample; the peak's own is the one in the middle.
using Steps = std::array<double, 2 * PeakInContext::reach>;

Steps steps_of(const PeakInContext& peak) {
    Steps steps;
    for (std::size_t n = 0; n < steps.size(); ++n) {
        steps[n] = static_cast<double>(peak.around[n + 1]) - static_cast<double>(peak.around[n]);
    }
    return steps;
}

struct Likeness {
    double part = 0.0; ///< 0 to 1
    double gain = 0.0; ///< of `b` over `a`, magnitude
};

/// How alike the steps of `a` around its peak are to those of `b`, at most between two shifts;
/// between whole samples a parabola says it.
Likeness likeness(const Steps& a, const Steps& b, int reach, int least_shift, int most_shift) {
    constexpr int middle = PeakInContext::reach;
    const auto at = [](const Steps& steps, int n) { return steps[static_cast<std::size_t>(n)]; };
    double power_a = 0.0;
    for (int n = middle - reach; n < middle + reach; ++n) {
        power_a += at(a, n) * at(a, n);
    }
    Likeness most;
    double before = 0.0;
    double last = 0.0;
    for (int shift = least_shift; shift <= most_shift; ++shift) {
        double product = 0.0;
        double power_b = 0.0;
        for (int n = middle - reach; n < middle + reach; ++n) {
            product += at(a, n) * at(b, n + shift);
            power_b += at(b, n + shift) * at(b, n + shift);
        }
        const double power = power_a * power_b;
        const double now = power > 0.0 ? std::abs(product) / std::sqrt(power) : 0.0;
        const double bend = before - 2.0 * last + now;
        const bool is_top = shift >= least_shift + 2 && last >= before && last >= now && bend < 0.0;
        const double here = is_top ? last - (now - before) * (now - before) / (8.0 * bend) : now;
        if (here > most.part) {
            most = {here, std::sqrt(power_b / power_a)};
        }
        before = last;
        last = now;
    }
    return most;
}

/// Whether two peaks are as high as each other for their sounds' sizes, but for where between two
/// samples their crests lie: a stage that cuts off both leaves them alike, and one level.
bool are_in_proportion(const PeakInContext& a, const PeakInContext& b, double gain) {
    const auto missed_by_samples = [](const PeakInContext& peak) {
        constexpr std::size_t middle = PeakInContext::reach;
        const float bend = 2.0f * peak.level - peak.around[middle - 1] - peak.around[middle + 1];
        return static_cast<double>(bend / (8.0f * peak.level));
    };
    const double off =
        std::abs(static_cast<double>(b.level) / (static_cast<double>(a.level) * gain) - 1.0);
    return off < most_off + std::max(missed_by_samples(a), missed_by_samples(b));
}

int reach_at(Hertz rate) {
    return std::clamp(static_cast<int>(reach_s * rate.value()), least_reach, most_reach);
}

} // namespace

bool repeats_within(const PeakInContext& peak, Hertz rate) {
    const int reach = reach_at(rate);
    const int farthest = static_cast<int>(PeakInContext::reach) - reach - 1;
    const Steps steps = steps_of(peak);
    return std::max(likeness(steps, steps, reach, -farthest, -reach).part,
                    likeness(steps, steps, reach, reach, farthest).part) > least_alike_within;
}

bool is_repetition(std::span<const PeakInContext> peaks, Hertz rate) {
    const int reach = reach_at(rate);
    const auto order = highest_first(peaks);

    struct Sound {
        const PeakInContext* peak;
        Steps steps;
    };

    std::vector<Sound> sounds;
    std::size_t looked_at = 0;
    for (const PeakInContext* peak : order) {
        if (looked_at == most_looked_at || peak->level < lowest_looked_at * order.front()->level) {
            break;
        }
        ++looked_at;
        const Steps steps = steps_of(*peak);
        if (std::ranges::none_of(sounds, [&](const Sound& sound) {
                const Likeness alike = likeness(sound.steps, steps, reach, -moved, moved);
                return alike.part > least_alike &&
                       are_in_proportion(*sound.peak, *peak, alike.gain);
            })) {
            sounds.push_back({peak, steps});
            if (static_cast<double>(sounds.size()) > most_sounds * most_looked_at) {
                return false; // the usual case: spare the rest
            }
        }
    }
    return looked_at >= least_looked_at &&
           static_cast<double>(sounds.size()) <= most_sounds * static_cast<double>(looked_at);
}

} // namespace gainstage::take
