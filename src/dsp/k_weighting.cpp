// SPDX-License-Identifier: MIT
#include "dsp/k_weighting.h"

#include "audio/simd_targets.h"

#include <algorithm>
#include <cmath>
#include <numbers>

// Shared by all targets; outside foreach_target's loop.
#ifndef GAINSTAGE_DSP_K_WEIGHTING_ONCE
#define GAINSTAGE_DSP_K_WEIGHTING_ONCE

namespace gainstage::dsp {
namespace {

/// One sample through both filters.
inline double step(const KWeightedPower::Kernel& kernel, KState& state, double x) noexcept {
    const auto [q1, q2, m1, m2] = state;
    const double shelved = kernel.direct * x + kernel.first * q1 + kernel.second * q2;
    const double e = shelved - m1;
    const double y = e - m2;
    state = {q1 + (x - kernel.alpha * q1 - kernel.beta * q2), q2 + q1,
             m1 + kernel.k * e + kernel.c * m2, m2 + kernel.k * y};
    return y;
}

/// The specification of every kernel.
inline double sample_by_sample(const KWeightedPower::Kernel& kernel,
                               const float* in,
                               std::size_t frames,
                               KState& state) noexcept {
    KState s = state;
    double power = 0.0;
    for (std::size_t n = 0; n < frames; ++n) {
        const double y = step(kernel, s, static_cast<double>(in[n]));
        power += y * y;
    }
    state = s;
    return power;
}

} // namespace
} // namespace gainstage::dsp
#endif

// One source for every SIMD target: foreach_target compiles what follows once for each.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/k_weighting.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Kernel = KWeightedPower::Kernel;

#if HWY_TARGET == HWY_SCALAR

template <std::size_t channels>
void all_segments(const Kernel& kernel,
                  const float* const* in,
                  std::size_t frames,
                  KState* states,
                  double* powers) {
    for (std::size_t c = 0; c < channels; ++c) {
        powers[c] += sample_by_sample(kernel, in[c], Kernel::segments * frames, states[c]);
    }
}

#else

using Tag = hn::CappedTag<float, Kernel::segments>;
using Vector = hn::Vec<Tag>;
using Quad = hn::CappedTag<float, 4>;

constexpr std::size_t segments = Kernel::segments;
constexpr std::size_t lanes = hn::MaxLanes(Tag{});
constexpr std::size_t parts = segments / lanes; // 1 with 256-bit registers, 2 with 128

/// Eight lanes as the sum of their halves; four as they are.
template <std::size_t width = lanes, class V>
HWY_INLINE auto as_quad(V v) {
    if constexpr (width == 4) {
        return v;
    } else {
        return hn::Add(hn::LowerHalf(Quad{}, v), hn::UpperHalf(Quad{}, v));
    }
}

/// The four sums of lanes, side by side.
HWY_INLINE hn::Vec<Quad> sums_of_lanes(const Vector* four) {
    const Quad d;
    const hn::Vec<Quad> half[4] = {as_quad(four[0]), as_quad(four[1]), as_quad(four[2]),
                                   as_quad(four[3])};
    const auto ab = hn::Add(hn::InterleaveLower(d, half[0], half[1]),
                            hn::InterleaveUpper(d, half[0], half[1])); // a02 b02 a13 b13
    const auto cd =
        hn::Add(hn::InterleaveLower(d, half[2], half[3]), hn::InterleaveUpper(d, half[2], half[3]));
    return hn::Add(hn::ConcatLowerLower(d, cd, ab), hn::ConcatUpperUpper(d, cd, ab));
}

/// What one segment, started from rest, leaves in the filters.
HWY_INLINE void
response_to(const Kernel& kernel, const float* HWY_RESTRICT in, std::size_t frames, float* out) {
    const Tag d;
    const std::size_t first = Kernel::longest_segment - frames;
    const float* const response[4] = {
        kernel.response[0].data() + first, kernel.response[1].data() + first,
        kernel.response[2].data() + first, kernel.response[3].data() + first};
    Vector sums[2][4]; // two sets hide the latency of the multiply-add
#pragma GCC unroll 8
    for (std::size_t i = 0; i < 8; ++i) {
        sums[i / 4][i % 4] = hn::Zero(d);
    }
    std::size_t n = 0;
    for (; n + lanes < frames; n += 2 * lanes) {
        const auto early = hn::LoadU(d, in + n);
        const auto late = hn::LoadU(d, in + n + lanes);
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; ++i) {
            sums[0][i] = hn::MulAdd(early, hn::LoadU(d, response[i] + n), sums[0][i]);
            sums[1][i] = hn::MulAdd(late, hn::LoadU(d, response[i] + n + lanes), sums[1][i]);
        }
    }
    if (n < frames) {
        const auto last = hn::LoadU(d, in + n);
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; ++i) {
            sums[0][i] = hn::MulAdd(last, hn::LoadU(d, response[i] + n), sums[0][i]);
        }
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; ++i) {
        sums[0][i] = hn::Add(sums[0][i], sums[1][i]);
    }
    hn::StoreU(sums_of_lanes(sums[0]), Quad{}, out);
}

/// `state` after `frames` of silence, plus `added`.
HWY_INLINE void carry(const std::array<double, 16>& transition, const float* added, KState& state) {
    const hn::CappedTag<double, 4> d;
    const hn::Rebind<float, decltype(d)> df;
    const KState from = state;
    for (std::size_t i = 0; i < 4; i += hn::Lanes(d)) {
        auto to = hn::PromoteTo(d, hn::LoadU(df, added + i));
#pragma GCC unroll 4
        for (std::size_t column = 0; column < 4; ++column) {
            to = hn::MulAdd(hn::Set(d, from[column]),
                            hn::LoadU(d, transition.data() + 4 * column + i), to);
        }
        hn::StoreU(to, d, state.data() + i);
    }
}

struct Coefficients {
    Vector alpha, beta, direct, first, second, k, c;
};

/// Both filters of `lanes` segments of one channel.
struct Filter {
    Vector q1, q2, m1, m2, power;

    /// One sample of each: see Kernel.
    HWY_INLINE void step(Vector x, const Coefficients& by) {
        const auto shelved =
            hn::MulAdd(by.first, q1, hn::MulAdd(by.second, q2, hn::Mul(by.direct, x)));
        const auto u = hn::NegMulAdd(by.alpha, q1, hn::NegMulAdd(by.beta, q2, x));
        q2 = hn::Add(q2, q1);
        q1 = hn::Add(q1, u);
        const auto e = hn::Sub(shelved, m1);
        const auto y = hn::Sub(e, m2);
        m1 = hn::MulAdd(by.k, e, hn::MulAdd(by.c, m2, m1));
        m2 = hn::MulAdd(by.k, y, m2);
        power = hn::MulAdd(y, y, power);
    }
};

/// Four samples of segment `at`, and of the one four segments on where the vector has the room.
template <std::size_t width = lanes, class D>
HWY_INLINE Vector row_at(D d, const float* HWY_RESTRICT at, std::size_t frames) {
    if constexpr (width == 4) {
        return hn::LoadU(d, at);
    } else {
        const hn::Half<D> half;
        return hn::Combine(d, hn::LoadU(half, at + 4 * frames), hn::LoadU(half, at));
    }
}

/// out[t]: the sample in[n + t] of each of the part's segments, for four t.
HWY_INLINE void
turned(const float* HWY_RESTRICT in, std::size_t frames, std::size_t part, Vector* out) {
    const Tag d;
    const hn::RepartitionToWide<Tag> pairs;
    Vector row[4];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < 4; ++r) {
        row[r] = row_at(d, in + (part * lanes + r) * frames, frames);
    }
    const auto low = [&](Vector a, Vector b) {
        return hn::BitCast(
            d, hn::InterleaveLower(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
    };
    const auto high = [&](Vector a, Vector b) {
        return hn::BitCast(
            d, hn::InterleaveUpper(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
    };
    const auto early01 = hn::InterleaveLower(d, row[0], row[1]);
    const auto early23 = hn::InterleaveLower(d, row[2], row[3]);
    const auto late01 = hn::InterleaveUpper(d, row[0], row[1]);
    const auto late23 = hn::InterleaveUpper(d, row[2], row[3]);
    out[0] = low(early01, early23);
    out[1] = high(early01, early23);
    out[2] = low(late01, late23);
    out[3] = high(late01, late23);
}

/// Runs `channels` channels of eight segments each, `frames` long, from the states in
/// starts[channel][variable][segment]; leaves the end states there. Adds to `powers`.
template <std::size_t channels>
HWY_INLINE void run_segments(const Kernel& kernel,
                             const float* const* HWY_RESTRICT in,
                             std::size_t frames,
                             float (*HWY_RESTRICT starts)[4][segments],
                             double* HWY_RESTRICT powers) {
    const Tag d;
    const auto set = [&](double value) { return hn::Set(d, static_cast<float>(value)); };
    const Coefficients by{set(kernel.alpha), set(kernel.beta),   set(kernel.direct),
                          set(kernel.first), set(kernel.second), set(kernel.k),
                          set(kernel.c)};
    Filter filters[channels * parts];
#pragma GCC unroll 4
    for (std::size_t i = 0; i < channels * parts; ++i) {
        Filter& f = filters[i];
        const auto& start = starts[i / parts];
        const std::size_t at = i % parts * lanes;
        f.q1 = hn::LoadU(d, start[0] + at);
        f.q2 = hn::LoadU(d, start[1] + at);
        f.m1 = hn::LoadU(d, start[2] + at);
        f.m2 = hn::LoadU(d, start[3] + at);
        f.power = hn::Zero(d);
    }
    std::size_t n = 0;
    for (; n + 4 <= frames; n += 4) {
        Vector x[channels * parts][4];
#pragma GCC unroll 4
        for (std::size_t i = 0; i < channels * parts; ++i) {
            turned(in[i / parts] + n, frames, i % parts, x[i]);
        }
#pragma GCC unroll 4
        for (std::size_t t = 0; t < 4; ++t) {
#pragma GCC unroll 4
            for (std::size_t i = 0; i < channels * parts; ++i) {
                filters[i].step(x[i][t], by);
            }
        }
    }
    for (; n < frames; ++n) {
        for (std::size_t i = 0; i < channels * parts; ++i) {
            float x[lanes];
            for (std::size_t s = 0; s < lanes; ++s) {
                x[s] = in[i / parts][(i % parts * lanes + s) * frames + n];
            }
            filters[i].step(hn::LoadU(d, x), by);
        }
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < channels * parts; ++i) {
        const Filter& f = filters[i];
        auto& end = starts[i / parts];
        const std::size_t at = i % parts * lanes;
        hn::StoreU(f.q1, d, end[0] + at);
        hn::StoreU(f.q2, d, end[1] + at);
        hn::StoreU(f.m1, d, end[2] + at);
        hn::StoreU(f.m2, d, end[3] + at);
        powers[i / parts] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, f.power)));
    }
}

/// Eight segments of `frames` each, one after the other in `in`.
template <std::size_t channels>
void all_segments(const Kernel& kernel,
                  const float* const* in,
                  std::size_t frames,
                  KState* states,
                  double* powers) {
    float starts[channels][4][segments];
    const std::array<double, 16>& transition = kernel.transition[frames];
    for (std::size_t s = 0; s < segments; ++s) {
        for (std::size_t c = 0; c < channels; ++c) {
            for (std::size_t i = 0; i < 4; ++i) {
                starts[c][i][s] = static_cast<float>(states[c][i]);
            }
            if (s + 1 < segments) { // the last one's end comes out of the run itself
                float added[4];
                response_to(kernel, in[c] + s * frames, frames, added);
                carry(transition, added, states[c]);
            }
        }
    }
    run_segments<channels>(kernel, in, frames, starts, powers);
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < 4; ++i) {
            states[c][i] = static_cast<double>(starts[c][i][segments - 1]);
        }
    }
}

#endif

void segments_of_one(const Kernel& kernel,
                     const float* const* in,
                     std::size_t frames,
                     KState* states,
                     double* powers) {
    all_segments<1>(kernel, in, frames, states, powers);
}

void segments_of_two(const Kernel& kernel,
                     const float* const* in,
                     std::size_t frames,
                     KState* states,
                     double* powers) {
    all_segments<2>(kernel, in, frames, states, powers);
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(segments_of_one);
HWY_EXPORT(segments_of_two);

namespace {

// The analogue prototypes, recovered by inverting the bilinear form of the 48 kHz tables of ITU-R
// BS.1770-5 Annex 1.
constexpr double shelf_hz = 1681.9744509555;
constexpr double shelf_q = 0.7071752369554;
constexpr double shelf_gain_db = 3.9998438539734; // at high frequencies; 0 dB at low ones
constexpr double shelf_band_exponent =
    0.4996667741545; // gain at the corner: high-frequency gain to this power
constexpr double high_pass_hz = 38.1354708761;
constexpr double high_pass_q = 0.5003270373250;

double high_pass_a0(double sample_rate_hz) {
    const double k = std::tan(std::numbers::pi * high_pass_hz / sample_rate_hz);
    return 1.0 + k / high_pass_q + k * k;
}

KWeightedPower::Kernel design(Hertz sample_rate) {
    using Kernel = KWeightedPower::Kernel;
    const KCoefficients filters = k_weighting(sample_rate);
    Kernel kernel{};
    const auto exact = [](double value) { return static_cast<double>(static_cast<float>(value)); };
    // Numerator and denominator over (1 - z^-1)^2 are polynomials in A.
    const Biquad& shelf = filters.shelf;
    const Biquad& high_pass = filters.high_pass;
    const double gain = high_pass.b0;
    kernel.alpha = exact(2.0 + shelf.a1);
    kernel.beta = exact(1.0 + shelf.a1 + shelf.a2);
    kernel.direct = exact(gain * shelf.b0);
    kernel.first = exact(gain * (2.0 * shelf.b0 + shelf.b1 - shelf.b0 * kernel.alpha));
    kernel.second = exact(gain * (shelf.b0 + shelf.b1 + shelf.b2 - shelf.b0 * kernel.beta));
    // y ((1 + k A)^2 + c k A^2) = x
    kernel.k = exact(1.0 + 0.5 * high_pass.a1);
    kernel.c = exact((1.0 + high_pass.a1 + high_pass.a2) / kernel.k - kernel.k);

    kernel.transition.resize(Kernel::longest_segment + 1);
    for (std::size_t column = 0; column < 4; ++column) {
        KState state{};
        state[column] = 1.0;
        for (auto& transition : kernel.transition) {
            std::copy(state.begin(), state.end(),
                      transition.begin() + static_cast<std::ptrdiff_t>(4 * column));
            step(kernel, state, 0.0);
        }
    }
    for (auto& response : kernel.response) {
        response.resize(Kernel::longest_segment + 2 * Kernel::widest_vector);
    }
    KState state{};
    for (std::size_t age = 1; age <= Kernel::longest_segment; ++age) {
        step(kernel, state, age == 1 ? 1.0 : 0.0);
        for (std::size_t i = 0; i < 4; ++i) {
            kernel.response[i][Kernel::longest_segment - age] = static_cast<float>(state[i]);
        }
    }
    return kernel;
}

} // namespace

KCoefficients k_weighting(Hertz sample_rate) {
    const double rate = sample_rate.value();
    const double k = std::tan(std::numbers::pi * shelf_hz / rate);
    const double a0 = 1.0 + k / shelf_q + k * k;
    const double high = std::pow(10.0, shelf_gain_db / 20.0);
    const double band = std::pow(high, shelf_band_exponent);
    const double h = std::tan(std::numbers::pi * high_pass_hz / rate);
    const double h0 = high_pass_a0(rate);
    // The table's numerator 1, -2, 1 is not divided by its a0. Kept as it is at 48 kHz, and
    // followed at other rates.
    const double g = high_pass_a0(48000.0) / h0;
    return {.shelf = {.b0 = (high + band * k / shelf_q + k * k) / a0,
                      .b1 = 2.0 * (k * k - high) / a0,
                      .b2 = (high - band * k / shelf_q + k * k) / a0,
                      .a1 = 2.0 * (k * k - 1.0) / a0,
                      .a2 = (1.0 - k / shelf_q + k * k) / a0},
            .high_pass = {.b0 = g,
                          .b1 = -2.0 * g,
                          .b2 = g,
                          .a1 = 2.0 * (h * h - 1.0) / h0,
                          .a2 = (1.0 - h / high_pass_q + h * h) / h0}};
}

KWeightedPower::KWeightedPower(Hertz sample_rate) : kernel_(design(sample_rate)) {}

double
KWeightedPower::process_scalar(const float* in, std::size_t frames, KState& state) const noexcept {
    return sample_by_sample(kernel_, in, frames, state);
}

namespace {

/// The longest segments that eight of fit into `frames`.
std::size_t segment_frames(std::size_t frames) noexcept {
    using Kernel = KWeightedPower::Kernel;
    return std::min(frames / Kernel::segments, Kernel::longest_segment);
}

} // namespace

double KWeightedPower::process(const float* in, std::size_t frames, KState& state) const noexcept {
    KState end = state;
    double power = 0.0;
    std::size_t done = 0;
    while (const std::size_t segment = segment_frames(frames - done)) {
        const float* const at = in + done;
        HWY_DYNAMIC_DISPATCH(segments_of_one)(kernel_, &at, segment, &end, &power);
        done += Kernel::segments * segment;
    }
    power += process_scalar(in + done, frames - done, end);
    if (!std::isfinite(power)) { // samples beyond 1e18, whose squares are no floats
        return process_scalar(in, frames, state);
    }
    state = end;
    return power;
}

KWeightedPower::Pair KWeightedPower::process(const float* first,
                                             const float* second,
                                             std::size_t frames,
                                             KState& first_state,
                                             KState& second_state) const noexcept {
    KState ends[2] = {first_state, second_state};
    double powers[2] = {};
    std::size_t done = 0;
    while (const std::size_t segment = segment_frames(frames - done)) {
        const float* const at[2] = {first + done, second + done};
        HWY_DYNAMIC_DISPATCH(segments_of_two)(kernel_, at, segment, ends, powers);
        done += Kernel::segments * segment;
    }
    powers[0] += process_scalar(first + done, frames - done, ends[0]);
    powers[1] += process_scalar(second + done, frames - done, ends[1]);
    if (!std::isfinite(powers[0] + powers[1])) { // as above
        return {.first = process_scalar(first, frames, first_state),
                .second = process_scalar(second, frames, second_state)};
    }
    first_state = ends[0];
    second_state = ends[1];
    return {.first = powers[0], .second = powers[1]};
}

} // namespace gainstage::dsp

#endif // HWY_ONCE
