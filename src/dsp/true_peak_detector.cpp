// SPDX-License-Identifier: MIT
#include "dsp/true_peak_detector.h"

#include "audio/simd_targets.h"
#include "dsp/interpolation_filter.h"
#include "dsp/parabola.h"
#include "dsp/true_peak_kernel.h"

#include <algorithm>
#include <bit>
#include <cmath>

// One source for every SIMD target: foreach_target compiles what follows once for each.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/true_peak_detector.cpp"
#include <hwy/foreach_target.h>

#include "dsp/parabola-inl.h"
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 8>;
using Vector = hn::Vec<Tag>;

HWY_INLINE float largest(Vector v) { return hn::GetLane(hn::MaxOfLanes(Tag{}, v)); }

/// In the lanes: of one cell's samples, or of a cell each.
struct CellBounds {
    Vector peak; ///< of the cell's samples and the first one after it
    Vector bend;
};

HWY_INLINE CellBounds bounds_of_cell(const float* HWY_RESTRICT x, Vector& loudest) {
    const Tag d;
    const auto two = hn::Set(d, 2.0f);
    auto peak = hn::Zero(d);
    auto bend = hn::Zero(d);
    auto after = hn::Zero(d);
#pragma GCC unroll 8
    for (std::size_t n = 0; n < true_peak_cell; n += hn::MaxLanes(d)) {
        const auto here = hn::LoadU(d, x + n);
        after = hn::LoadU(d, x + n + 1);
        const auto around = hn::Add(hn::LoadU(d, x + n - 1), after);
        peak = hn::Max(peak, hn::Abs(here));
        bend = hn::Max(bend, hn::Abs(hn::NegMulAdd(two, here, around)));
    }
    loudest = hn::Max(loudest, peak);
    return {hn::Max(peak, hn::Abs(after)), bend};
}

#if HWY_TARGET != HWY_SCALAR

/// One step of turning a square of `count` vectors, at the end of which lane n holds the largest of
/// vector n.
template <std::size_t count>
HWY_INLINE Vector larger_halves(Vector first, Vector second) {
    const Tag d;
    if constexpr (count == 8) {
        return hn::Max(hn::ConcatLowerLower(d, second, first),
                       hn::ConcatUpperUpper(d, second, first));
    } else if constexpr (count == 4) {
        const hn::RepartitionToWide<Tag> pairs;
        const auto a = hn::BitCast(pairs, first);
        const auto b = hn::BitCast(pairs, second);
        return hn::Max(hn::BitCast(d, hn::InterleaveLower(pairs, a, b)),
                       hn::BitCast(d, hn::InterleaveUpper(pairs, a, b)));
    } else {
        return hn::Max(hn::InterleaveLower(d, first, second),
                       hn::InterleaveUpper(d, first, second));
    }
}

/// Of `count` cells, as many as lanes in the end: one a lane.
template <std::size_t count>
HWY_INLINE CellBounds bounds_of_cells(const float* HWY_RESTRICT x, Vector& loudest) {
    if constexpr (count == 1) {
        return bounds_of_cell(x, loudest);
    } else {
        const auto a = bounds_of_cells<count / 2>(x, loudest);
        const auto b = bounds_of_cells<count / 2>(x + count / 2 * true_peak_cell, loudest);
        return {larger_halves<count>(a.peak, b.peak), larger_halves<count>(a.bend, b.bend)};
    }
}

#endif

void bound_cells(const float* HWY_RESTRICT x,
                 std::size_t cells,
                 const TruePeakTables& tables,
                 TruePeakBounds& bounds,
                 float& top) {
    const Tag d;
    float* const peaks = bounds.peaks.data();
    float* const bends = bounds.bends.data();
    auto loudest = hn::Zero(d);
    std::size_t done = 0;
#if HWY_TARGET != HWY_SCALAR
    constexpr std::size_t together = hn::MaxLanes(d);
    for (; done + together <= cells; done += together) {
        const auto some = bounds_of_cells<together>(x + done * true_peak_cell, loudest);
        hn::StoreU(some.peak, d, peaks + done);
        hn::StoreU(some.bend, d, bends + done);
    }
#endif
    for (; done < cells; ++done) {
        const auto one = bounds_of_cell(x + done * true_peak_cell, loudest);
        peaks[done] = largest(one.peak);
        bends[done] = largest(one.bend);
    }
    const std::size_t reach = tables.reach();
    std::fill_n(bends + cells, reach, 0.0f);
    const auto share = hn::Set(d, tables.bend_share);
    const auto slack = hn::Set(d, tables.slack * largest(loudest));
    auto highest = hn::Zero(d);
    // The last vector may go on beyond the cells: bounds has the room, and what is old there is
    // left out of `highest`.
    for (std::size_t cell = reach; cell < cells; cell += hn::Lanes(d)) {
        auto bend = hn::LoadU(d, bends + cell - reach);
        for (std::size_t k = 1; k <= 2 * reach; ++k) {
            bend = hn::Max(bend, hn::LoadU(d, bends + cell - reach + k));
        }
        const auto bound = hn::MulAdd(share, bend, hn::Add(hn::LoadU(d, peaks + cell), slack));
        hn::StoreU(bound, d, bounds.tops.data() + cell);
        highest = hn::Max(highest, hn::IfThenElseZero(hn::FirstN(d, cells - cell), bound));
    }
    top = largest(highest);
}

/// The square of the top of the sine through three neighbours where the middle one is the largest,
/// otherwise 0. With s = cos(angle between them) = (a + c) / 2b it is b^2 + (c - a)^2 / (4 (1 -
/// s^2)).
HWY_INLINE Vector squared_top(Vector a, Vector b, Vector c) {
    const Tag d;
    const Neighbours<Tag> p(d, a, b, c);
    const auto slope = p.slope();
    // No sine has less above; where something else does, it is not the middle that leads.
    const auto above = hn::Max(hn::Add(hn::Add(p.middle, p.before), hn::Add(p.middle, p.after)),
                               hn::Mul(p.middle, hn::Set(d, 0.25f)));
    const auto square = hn::Mul(p.middle, p.middle);
    const auto added = hn::Div(hn::Mul(square, hn::Mul(slope, slope)),
                               hn::MulAdd(p.bend(), above, hn::Set(d, 1e-30f)));
    return hn::IfThenElseZero(p.middle_leads(), hn::Add(square, added));
}

/// Half-way from x[0] to x[1], alone.
HWY_INLINE float half_way(const float* HWY_RESTRICT x, const TruePeakGate& gate) {
    float sum = 0.0f;
    for (std::size_t k = 0; k < TruePeakGate::half; ++k) {
        sum += gate.half_way[k] * (*(x - k) + x[1 + k]);
    }
    return sum;
}

void estimate(const float* HWY_RESTRICT x,
              const TruePeakGate& gate,
              float needed,
              TruePeakEstimates& out) {
    const Tag d;
    constexpr std::size_t most = hn::MaxLanes(d);
    constexpr std::size_t vectors = 4; // at once, so that a weight is broadcast once for all
    float middles[1 + true_peak_cell]; // middles[i]: half-way from x[i - 1] to x[i]
    middles[0] = half_way(x - 1, gate);
    for (std::size_t i = 0; i < true_peak_cell; i += vectors * most) {
        hn::Vec<Tag> sum[vectors];
#pragma GCC unroll 4
        for (std::size_t v = 0; v < vectors; ++v) {
            sum[v] = hn::Zero(d);
        }
        for (std::size_t k = 0; k < TruePeakGate::half; ++k) {
            const auto weight = hn::Set(d, gate.half_way[k]);
#pragma GCC unroll 4
            for (std::size_t v = 0; v < vectors; ++v) {
                const float* const at = x + i + v * most;
                const auto pair = hn::Add(hn::LoadU(d, at - k), hn::LoadU(d, at + 1 + k));
                sum[v] = hn::MulAdd(weight, pair, sum[v]);
            }
        }
#pragma GCC unroll 4
        for (std::size_t v = 0; v < vectors; ++v) {
            hn::StoreU(sum[v], d, middles + 1 + i + v * most);
        }
    }
    out.samples_above = out.middles_above = 0;
    auto highest = hn::Zero(d);
    for (std::size_t i = 0; i < true_peak_cell; i += most) {
        highest = hn::Max(
            highest, hn::Max(hn::Abs(hn::LoadU(d, x + i)), hn::Abs(hn::LoadU(d, middles + i + 1))));
    }
    const float grid = largest(highest);
    if (grid * grid * most_between_points <= needed) {
        return;
    }
    const auto least = hn::Set(d, needed);
    for (std::size_t i = 0; i < true_peak_cell; i += most) {
        const auto sample = hn::LoadU(d, x + i);
        const auto before = hn::LoadU(d, middles + i);
        const auto middle = hn::LoadU(d, middles + i + 1);
        const auto at_sample = squared_top(before, sample, middle);
        const auto at_middle = squared_top(sample, middle, hn::LoadU(d, x + i + 1));
        hn::StoreU(at_sample, d, out.at_sample.data() + i);
        hn::StoreU(at_middle, d, out.at_middle.data() + i);
        std::uint8_t bits[2][8] = {};
        hn::StoreMaskBits(d, hn::Gt(at_sample, least), bits[0]);
        hn::StoreMaskBits(d, hn::Gt(at_middle, least), bits[1]);
        out.samples_above |= static_cast<std::uint32_t>(bits[0][0]) << i;
        out.middles_above |= static_cast<std::uint32_t>(bits[1][0]) << i;
    }
}

/// The 16 points of a look: points side by side in the lanes, one broadcast sample a row.
HWY_INLINE void
points_of(const float* HWY_RESTRICT window, const TruePeakLook& look, float* HWY_RESTRICT points) {
    const Tag d;
    for (std::size_t point = 0; point < true_peak_factor; point += 2 * hn::Lanes(d)) {
        const float* weights = look.weights.data() + point;
        auto even0 = hn::Zero(d); // four chains hide the latency of the multiply-add
        auto odd0 = hn::Zero(d);
        auto even1 = hn::Zero(d);
        auto odd1 = hn::Zero(d);
        std::size_t row = 0;
        for (; row + 2 <= look.rows; row += 2, weights += 2 * true_peak_factor) {
            const auto even = hn::Set(d, window[row]);
            const auto odd = hn::Set(d, window[row + 1]);
            const float* const next = weights + true_peak_factor;
            even0 = hn::MulAdd(even, hn::LoadU(d, weights), even0);
            even1 = hn::MulAdd(even, hn::LoadU(d, weights + hn::Lanes(d)), even1);
            odd0 = hn::MulAdd(odd, hn::LoadU(d, next), odd0);
            odd1 = hn::MulAdd(odd, hn::LoadU(d, next + hn::Lanes(d)), odd1);
        }
        if (row < look.rows) {
            const auto last = hn::Set(d, window[row]);
            even0 = hn::MulAdd(last, hn::LoadU(d, weights), even0);
            even1 = hn::MulAdd(last, hn::LoadU(d, weights + hn::Lanes(d)), even1);
        }
        hn::StoreU(hn::Add(even0, odd0), d, points + point);
        hn::StoreU(hn::Add(even1, odd1), d, points + point + hn::Lanes(d));
    }
}

void look(const float* HWY_RESTRICT window, const TruePeakLook& look, float& top) {
    const Tag d;
    float points[true_peak_factor];
    points_of(window, look, points);
    auto highest = hn::Zero(d);
    constexpr std::size_t end = true_peak_factor - 1; // the outer two have no neighbour
    for (std::size_t at = 1; at < end; at += hn::Lanes(d)) {
        const float* const p = points + std::min(at, end - hn::Lanes(d));
        highest = hn::Max(
            highest, parabola_top(d, hn::LoadU(d, p - 1), hn::LoadU(d, p), hn::LoadU(d, p + 1)));
    }
    top = std::max({largest(highest), std::abs(points[0]), std::abs(points[end])});
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(bound_cells);
HWY_EXPORT(estimate);
HWY_EXPORT(look);

namespace {

/// The kernel's weights for the point x[0] + fraction, from x[1 - taps/2] to x[taps/2]. 90 dB: flat
/// to 0.0005 dB up to 0.4535 fs with 64 taps, up to 0.488 fs with 256.
std::vector<double> kernel(std::size_t taps, double fraction) {
    if (fraction == 0.0) {
        std::vector<double> sample(taps, 0.0);
        sample[taps / 2 - 1] = 1.0;
        return sample;
    }
    return kaiser_interpolator(static_cast<int>(taps), fraction, 90.0);
}

/// The kernel minus the straight line from x[0] to x[1] is a filter on second differences (both
/// reproduce straight lines): its weights' sum, and how far that isn't so.
void include_bends(std::vector<double> weights, double fraction, TruePeakTables& tables) {
    const std::size_t start = weights.size() / 2 - 1;
    weights[start] -= 1.0 - fraction;
    weights[start + 1] -= fraction;
    double first = 0.0; // sums of the weights, and sums of those: the filter
    double second = 0.0;
    double total = 0.0;
    for (const double weight : weights) {
        first += weight;
        second += first;
        total += std::abs(second);
    }
    const double left_over =
        std::abs(first) * static_cast<double>(weights.size()) + std::abs(second);
    tables.bend_share = std::max(tables.bend_share, static_cast<float>(total * 1.00001));
    tables.slack = std::max(tables.slack, static_cast<float>(left_over + 1e-5)); // and rounding
}

TruePeakTables design(std::size_t taps) {
    TruePeakTables tables;
    tables.taps = taps;
    tables.estimate_margin = taps == TruePeakDetector::everyday_taps ? 1.21f : 1.6f;
    // 0.46 fs: a little over 20 kHz at 44.1 kHz
    const auto middle = least_squares_interpolator(2 * TruePeakGate::half, 0.5, 0.46);
    for (std::size_t k = 0; k < TruePeakGate::half; ++k) {
        tables.gate.half_way[k] = static_cast<float>(middle[TruePeakGate::half + k]);
    }
    tables.around_sample = {.rows = taps + 1, .weights = {}};
    tables.around_sample.weights.assign((taps + 1) * true_peak_factor, 0.0f);
    tables.around_middle = {.rows = taps, .weights = {}};
    tables.around_middle.weights.assign(taps * true_peak_factor, 0.0f);
    for (std::size_t point = 0; point < true_peak_factor; ++point) {
        const double fraction = static_cast<double>(point) / true_peak_factor;
        const auto weights = kernel(taps, fraction);
        include_bends(weights, fraction, tables);
        // Around a sample, the interval before gives points 0..7, the one after 8..15.
        const bool before = point >= true_peak_factor / 2;
        const std::size_t first_row = before ? 0 : 1;
        const std::size_t column =
            before ? point - true_peak_factor / 2 : point + true_peak_factor / 2;
        for (std::size_t row = 0; row < taps; ++row) {
            const auto weight = static_cast<float>(weights[row]);
            tables.around_middle.weights[row * true_peak_factor + point] = weight;
            tables.around_sample.weights[(row + first_row) * true_peak_factor + column] = weight;
        }
    }
    return tables;
}

/// Beyond the new samples: what a cell that sticks out, and the estimates' last vector, read.
constexpr std::size_t beyond = 2 * true_peak_cell;

float squared_top(float a, float b, float c) noexcept {
    const float sign = std::signbit(b) ? -1.0f : 1.0f;
    a *= sign;
    b *= sign;
    c *= sign;
    const float slope = a - c;
    const float below = (b - a) + (b - c);
    const float above = std::max((b + a) + (b + c), 0.25f * b);
    return b >= a && b >= c ? b * b + b * b * slope * slope / (below * above + 1e-30f) : 0.0f;
}

} // namespace

const TruePeakTables& true_peak_tables(std::size_t taps) {
    static const TruePeakTables everyday = design(TruePeakDetector::everyday_taps);
    static const TruePeakTables proof = design(TruePeakDetector::proof_taps);
    return taps == TruePeakDetector::everyday_taps ? everyday : proof;
}

TruePeakBounds::TruePeakBounds(std::size_t most_cells) {
    constexpr std::size_t vector = 8; // the longest that a kernel reads or writes at once
    const std::size_t room = most_cells + TruePeakDetector::proof_taps / true_peak_cell + vector;
    peaks.assign(room, 0.0f);
    bends.assign(room, 0.0f);
    tops.assign(room, 0.0f);
}

float bound_cells_scalar(const float* x,
                         std::size_t cells,
                         const TruePeakTables& tables,
                         TruePeakBounds& bounds) {
    float loudest = 0.0f;
    for (std::size_t cell = 0; cell < cells; ++cell, x += true_peak_cell) {
        float peak = 0.0f;
        float bend = 0.0f;
        for (const float* at = x; at < x + true_peak_cell; ++at) {
            peak = std::max(peak, std::abs(*at));
            bend = std::max(bend, std::abs(at[-1] + at[1] - 2.0f * *at));
        }
        loudest = std::max(loudest, peak);
        bounds.peaks[cell] = std::max(peak, std::abs(x[true_peak_cell]));
        bounds.bends[cell] = bend;
    }
    const std::size_t reach = tables.reach();
    float top = 0.0f;
    for (std::size_t cell = reach; cell < cells; ++cell) {
        float bend = 0.0f;
        for (std::size_t near = cell - reach; near < std::min(cells, cell + reach + 1); ++near) {
            bend = std::max(bend, bounds.bends[near]);
        }
        bounds.tops[cell] = bounds.peaks[cell] + tables.bend_share * bend + tables.slack * loudest;
        top = std::max(top, bounds.tops[cell]);
    }
    return top;
}

float bound_cells_simd(const float* x,
                       std::size_t cells,
                       const TruePeakTables& tables,
                       TruePeakBounds& bounds) {
    float top = 0.0f;
    HWY_DYNAMIC_DISPATCH(bound_cells)(x, cells, tables, bounds, top);
    return top;
}

void estimate_scalar(const float* x,
                     const TruePeakGate& gate,
                     float needed,
                     TruePeakEstimates& out) {
    const auto half_way = [&](const float* from) { // from[0] to from[1]
        float sum = 0.0f;
        for (std::size_t k = 0; k < TruePeakGate::half; ++k) {
            sum += gate.half_way[k] * (*(from - k) + from[1 + k]);
        }
        return sum;
    };
    out.samples_above = out.middles_above = 0;
    float grid = 0.0f;
    for (std::size_t i = 0; i < true_peak_cell; ++i) {
        grid = std::max({grid, std::abs(x[i]), std::abs(half_way(x + i))});
    }
    if (grid * grid * most_between_points <= needed) {
        return;
    }
    for (std::size_t i = 0; i < true_peak_cell; ++i) {
        const float middle = half_way(x + i);
        out.at_sample[i] = squared_top(half_way(x + i - 1), x[i], middle);
        out.at_middle[i] = squared_top(x[i], middle, x[i + 1]);
        out.samples_above |= (out.at_sample[i] > needed ? 1u : 0u) << i;
        out.middles_above |= (out.at_middle[i] > needed ? 1u : 0u) << i;
    }
}

void estimate_simd(const float* x, const TruePeakGate& gate, float needed, TruePeakEstimates& out) {
    HWY_DYNAMIC_DISPATCH(estimate)(x, gate, needed, out);
}

float look_scalar(const float* window, const TruePeakLook& look) {
    std::array<float, true_peak_factor> points{};
    for (std::size_t row = 0; row < look.rows; ++row) {
        for (std::size_t point = 0; point < true_peak_factor; ++point) {
            points[point] += window[row] * look.weights[row * true_peak_factor + point];
        }
    }
    float top = std::max(std::abs(points.front()), std::abs(points.back()));
    for (std::size_t point = 1; point + 1 < true_peak_factor; ++point) {
        top = std::max(top, parabola_top(points[point - 1], points[point], points[point + 1]));
    }
    return top;
}

float look_simd(const float* window, const TruePeakLook& look_table) {
    float top = 0.0f;
    HWY_DYNAMIC_DISPATCH(look)(window, look_table, top);
    return top;
}

TruePeakDetector::TruePeakDetector(std::size_t taps, std::size_t most_frames)
    : taps_(taps), tables_(&true_peak_tables(taps)),
      most_frames_(std::max(most_frames, taps)), // flush() pushes half of them
      memory_(1 + taps + most_frames_ + beyond),
      bounds_((taps + most_frames_) / true_peak_cell + 1) {}

void TruePeakDetector::reset() noexcept {
    std::fill(memory_.begin(), memory_.end(), 0.0f);
    held_ = 0;
}

void TruePeakDetector::push(std::span<const float> in) noexcept {
    std::copy(in.begin(), in.end(),
              memory_.begin() + static_cast<std::ptrdiff_t>(1 + taps_ + held_));
    held_ += in.size();
}

TruePeakDetector::Found TruePeakDetector::search(float floor) noexcept {
    if (held_ == 0) {
        return {};
    }
    const auto past = static_cast<std::ptrdiff_t>(1 + taps_);
    const auto end = memory_.begin() + past + static_cast<std::ptrdiff_t>(held_);
    // The last sample goes on: its second difference is not that to something long gone.
    std::fill_n(end, beyond, *(end - 1));
    const Top top = search_held(floor);
    std::copy(end - past, end, memory_.begin());
    held_ = 0;
    if (top.magnitude <= floor) {
        return {};
    }
    return {top.magnitude,
            static_cast<std::ptrdiff_t>(top.interval) - static_cast<std::ptrdiff_t>(taps_)};
}

float TruePeakDetector::peak(std::span<const float> in, float floor) noexcept {
    float top = 0.0f;
    while (!in.empty()) {
        const std::size_t frames = std::min(in.size(), most_frames_ - held_);
        push(in.first(frames));
        top = std::max(top, search(std::max(floor, top)).magnitude);
        in = in.subspan(frames);
    }
    return top;
}

TruePeakDetector::Found TruePeakDetector::flush(float floor) noexcept {
    constexpr std::array<float, proof_taps / 2> silence{};
    const auto held = static_cast<std::ptrdiff_t>(held_);
    const Found before = search(floor);
    push(std::span(silence).first(taps_ / 2));
    const Found behind = search(std::max(floor, before.magnitude));
    return behind.magnitude > before.magnitude ? Found{behind.magnitude, behind.frame + held}
                                               : before;
}

TruePeakDetector::Top TruePeakDetector::search_held(float floor) noexcept {
    // The new intervals begin at samples()[taps / 2], the first whose kernel is complete only now.
    const float* const x = samples();
    const std::size_t reach = tables_->reach();
    const std::size_t cells = (taps_ + held_ + true_peak_cell - 1) / true_peak_cell;
    const std::size_t intervals_end = taps_ / 2 + held_;
    const std::size_t cells_end = (intervals_end + true_peak_cell - 1) / true_peak_cell;
    Top top{.magnitude = floor};
    if (bound_cells_simd(x, cells, *tables_, bounds_) <= floor) {
        return top;
    }
    // First where the samples are highest: what is found there rules most of the others out.
    const auto first = bounds_.peaks.begin();
    const auto highest =
        static_cast<std::size_t>(std::max_element(first + static_cast<std::ptrdiff_t>(reach),
                                                  first + static_cast<std::ptrdiff_t>(cells_end)) -
                                 first);
    if (bounds_.peaks[highest] > floor) {
        const float* const at = x + highest * true_peak_cell;
        const auto is_it = [&](float sample) { return std::abs(sample) == bounds_.peaks[highest]; };
        top = {bounds_.peaks[highest],
               static_cast<std::size_t>(std::find_if(at, at + true_peak_cell, is_it) - x)};
    }
    if (bounds_.tops[highest] > top.magnitude) {
        search_cell(highest, intervals_end, top);
    }
    for (std::size_t cell = reach; cell < cells_end; ++cell) {
        if (bounds_.tops[cell] > top.magnitude && cell != highest) {
            search_cell(cell, intervals_end, top);
        }
    }
    return top;
}

void TruePeakDetector::search_cell(std::size_t cell,
                                   std::size_t intervals_end,
                                   Top& top) const noexcept {
    const std::size_t from = cell * true_peak_cell;
    const float* const x = samples() + from;
    const std::size_t half = taps_ / 2;
    const std::size_t intervals = std::min(true_peak_cell, intervals_end - from);
    const std::uint32_t all = intervals == true_peak_cell ? ~0u : (1u << intervals) - 1;
    TruePeakEstimates estimates;
    float needed = top.magnitude * top.magnitude / tables_->estimate_margin;
    estimate_simd(x, tables_->gate, needed, estimates);
    const auto look = [&](std::uint32_t above, const auto& estimate, const float* first_window,
                          const TruePeakLook& table) {
        for (above &= all; above != 0; above &= above - 1) {
            const auto i = static_cast<std::size_t>(std::countr_zero(above));
            if (estimate[i] > needed) { // still: the top may have risen
                const float seen = look_simd(first_window + i, table);
                if (seen > top.magnitude) {
                    top = {seen, from + i};
                    needed = seen * seen / tables_->estimate_margin;
                }
            }
        }
    };
    look(estimates.samples_above, estimates.at_sample, x - half, tables_->around_sample);
    look(estimates.middles_above, estimates.at_middle, x + 1 - half, tables_->around_middle);
}

} // namespace gainstage::dsp

#endif // HWY_ONCE
