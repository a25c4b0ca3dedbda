// SPDX-License-Identifier: MIT
#include "take/repetition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace gainstage::take {
namespace {

// Of the 32 highest peaks tones and synthesisers have 1 to 6 shapes. Of 242 clipped passages ten have
// as few, eight of them a synthesised voice's (bench/take_clipping, November 2026).
constexpr std::size_t most_looked_at = 32;
constexpr std::size_t least_looked_at = 8;
constexpr float lowest_looked_at = 0.9f; // of the highest peak
constexpr double most_shapes = 0.2;      // of the peaks

constexpr double least_alike = 0.98;
constexpr double least_alike_within = 0.9; // periods of one note, sung or turned down by a limiter
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

/// How alike the steps of `a` around its peak are to those of `b`, 0 to 1, at most between two
/// shifts; between whole samples a parabola says it.
double likeness(const Steps& a, const Steps& b, int reach, int least_shift, int most_shift) {
    constexpr int middle = PeakInContext::reach;
    const auto at = [](const Steps& steps, int n) { return steps[static_cast<std::size_t>(n)]; };
    double power_a = 0.0;
    for (int n = middle - reach; n < middle + reach; ++n) {
        power_a += at(a, n) * at(a, n);
    }
    double most = 0.0;
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
        most = std::max(most, is_top ? last - (now - before) * (now - before) / (8.0 * bend) : now);
        before = last;
        last = now;
    }
    return most;
}

int reach_at(Hertz rate) {
    return std::clamp(static_cast<int>(reach_s * rate.value()), least_reach, most_reach);
}

} // namespace

bool repeats_within(const PeakInContext& peak, Hertz rate) {
    const int reach = reach_at(rate);
    const int farthest = static_cast<int>(PeakInContext::reach) - reach - 1;
    const Steps steps = steps_of(peak);
    return std::max(likeness(steps, steps, reach, -farthest, -reach),
                    likeness(steps, steps, reach, reach, farthest)) > least_alike_within;
}

bool is_repetition(std::span<const PeakInContext> peaks, Hertz rate) {
    const int reach = reach_at(rate);
    const auto order = highest_first(peaks);
    std::vector<Steps> shapes;
    std::size_t looked_at = 0;
    for (const PeakInContext* peak : order) {
        if (looked_at == most_looked_at || peak->level < lowest_looked_at * order.front()->level) {
            break;
        }
        ++looked_at;
        const Steps steps = steps_of(*peak);
        if (std::ranges::none_of(shapes, [&](const Steps& shape) {
                return likeness(shape, steps, reach, -moved, moved) > least_alike;
            })) {
            shapes.push_back(steps);
            if (static_cast<double>(shapes.size()) > most_shapes * most_looked_at) {
                return false; // the usual case: spare the rest
            }
        }
    }
    return looked_at >= least_looked_at &&
           static_cast<double>(shapes.size()) <= most_shapes * static_cast<double>(looked_at);
}

} // namespace gainstage::take
