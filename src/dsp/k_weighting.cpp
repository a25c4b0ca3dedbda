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

/// The sums of the lanes of four vectors, side by side in each block of four lanes: of that block
/// only.
HWY_INLINE Vector sums_of_blocks(const Vector* four) {
    const Tag d;
    const hn::RepartitionToWide<Tag> pairs;
    const auto ab = hn::Add(hn::InterleaveLower(d, four[0], four[1]),
                            hn::InterleaveUpper(d, four[0], four[1])); // a02 b02 a13 b13
    const auto cd =
        hn::Add(hn::InterleaveLower(d, four[2], four[3]), hn::InterleaveUpper(d, four[2], four[3]));
    const auto ab2 = hn::BitCast(pairs, ab);
    const auto cd2 = hn::BitCast(pairs, cd);
    return hn::Add(hn::BitCast(d, hn::InterleaveLower(pairs, ab2, cd2)),
                   hn::BitCast(d, hn::InterleaveUpper(pairs, ab2, cd2)));
}

/// The state of one channel, or of two side by side where the register has the room.
template <std::size_t channels>
using StateTag = hn::CappedTag<float, (channels == 2 && lanes == 8) ? 8 : 4>;

/// Both channels' four sums of lanes, behind each other.
template <std::size_t channels, std::size_t width = lanes>
HWY_INLINE void store_sums(const Vector (*sums)[4], float* HWY_RESTRICT out) {
    const Tag d;
    if constexpr (width == 8 && channels == 2) {
        const auto first = sums_of_blocks(sums[0]);
        const auto second = sums_of_blocks(sums[1]);
        hn::StoreU(
            hn::Add(hn::ConcatLowerLower(d, second, first), hn::ConcatUpperUpper(d, second, first)),
            d, out);
    } else if constexpr (width == 8) {
        const hn::Half<Tag> half;
        const auto blocks = sums_of_blocks(sums[0]);
        hn::StoreU(hn::Add(hn::LowerHalf(half, blocks), hn::UpperHalf(half, blocks)), half, out);
    } else {
        for (std::size_t c = 0; c < channels; ++c) {
            hn::StoreU(sums_of_blocks(sums[c]), d, out + 4 * c);
        }
    }
}

/// What a segment of each channel, started from rest, leaves in its filters: out[4 * channel + i].
template <std::size_t channels>
HWY_INLINE void response_to(const Kernel& kernel,
                            const float* const* HWY_RESTRICT in,
                            std::size_t from,
                            std::size_t frames,
                            float* HWY_RESTRICT out) {
    const Tag d;
    const std::size_t first = Kernel::longest_segment - frames;
    const float* const response[4] = {
        kernel.response[0].data() + first, kernel.response[1].data() + first,
        kernel.response[2].data() + first, kernel.response[3].data() + first};
    Vector sums[channels][4];
#pragma GCC unroll 2
    for (std::size_t c = 0; c < channels; ++c) {
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; ++i) {
            sums[c][i] = hn::Zero(d);
        }
    }
    for (std::size_t n = 0; n < frames; n += lanes) {
#pragma GCC unroll 2
        for (std::size_t c = 0; c < channels; ++c) {
            const auto x = hn::LoadU(d, in[c] + from + n);
#pragma GCC unroll 4
            for (std::size_t i = 0; i < 4; ++i) {
                sums[c][i] = hn::MulAdd(x, hn::LoadU(d, response[i] + n), sums[c][i]);
            }
        }
    }
    store_sums<channels>(sums, out);
}

/// The states in which the segments start, from the first one's; row by row,
/// starts[channel][segment].
template <std::size_t channels>
HWY_INLINE void starts_of(const Kernel& kernel,
                          const float* const* HWY_RESTRICT in,
                          std::size_t frames,
                          const KState* HWY_RESTRICT states,
                          float (*HWY_RESTRICT starts)[segments][4]) {
    const StateTag<channels> d;
    constexpr std::size_t together = hn::MaxLanes(d) / 4; // channels in a register
    const float* const transition = kernel.transition[frames].data();
    const hn::Vec<StateTag<channels>> column[4] = {
        hn::LoadDup128(d, transition), hn::LoadDup128(d, transition + 4),
        hn::LoadDup128(d, transition + 8), hn::LoadDup128(d, transition + 12)};
    const hn::CappedTag<float, 4> quad;
    hn::Vec<StateTag<channels>> state[channels / together];
    float row[4 * channels];
    for (std::size_t i = 0; i < 4 * channels; ++i) {
        row[i] = static_cast<float>(states[i / 4][i % 4]);
    }
#pragma GCC unroll 2
    for (std::size_t c = 0; c < channels; c += together) {
        state[c / together] = hn::LoadU(d, row + 4 * c);
    }
    for (std::size_t s = 0;; ++s) {
#pragma GCC unroll 2
        for (std::size_t c = 0; c < channels; c += together) {
            const auto now = state[c / together];
            if constexpr (together == 2) {
                hn::StoreU(hn::LowerHalf(quad, now), quad, starts[c][s]);
                hn::StoreU(hn::UpperHalf(quad, now), quad, starts[c + 1][s]);
            } else {
                hn::StoreU(now, quad, starts[c][s]);
            }
        }
        if (s + 1 == segments) { // its end comes out of the run itself
            return;
        }
        response_to<channels>(kernel, in, s * frames, frames, row);
#pragma GCC unroll 2
        for (std::size_t c = 0; c < channels; c += together) {
            const auto from = state[c / together];
            const auto added = hn::LoadU(d, row + 4 * c);
            // two chains of two instead of one of four: segments wait for each other here
            const auto early = hn::MulAdd(column[1], hn::Broadcast<1>(from),
                                          hn::MulAdd(column[0], hn::Broadcast<0>(from), added));
            const auto late = hn::MulAdd(column[3], hn::Broadcast<3>(from),
                                         hn::Mul(column[2], hn::Broadcast<2>(from)));
            state[c / together] = hn::Add(from, hn::Add(early, late));
        }
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
/// starts[channel][segment]; leaves the last one's end in `states`. Adds to `powers`.
template <std::size_t channels>
HWY_INLINE void run_segments(const Kernel& kernel,
                             const float* const* HWY_RESTRICT in,
                             std::size_t frames,
                             const float (*HWY_RESTRICT starts)[segments][4],
                             KState* HWY_RESTRICT states,
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
        Vector start[4];
        turned(starts[i / parts][0], 4, i % parts, start);
        f.q1 = start[0];
        f.q2 = start[1];
        f.m1 = start[2];
        f.m2 = start[3];
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
        powers[i / parts] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, f.power)));
        if (i % parts == parts - 1) {
            const Vector end[4] = {f.q1, f.q2, f.m1, f.m2};
            for (std::size_t variable = 0; variable < 4; ++variable) {
                states[i / parts][variable] =
                    static_cast<double>(hn::ExtractLane(end[variable], lanes - 1));
            }
        }
    }
}

/// Eight segments of `frames` each, one after the other in `in`.
template <std::size_t channels>
void all_segments(const Kernel& kernel,
                  const float* const* in,
                  std::size_t frames,
                  KState* states,
                  double* powers) {
    float starts[channels][segments][4];
    starts_of<channels>(kernel, in, frames, states, starts);
    run_segments<channels>(kernel, in, frames, starts, states, powers);
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
    kernel.alpha = exact(2.0 + shelf.a1);
    kernel.beta = exact(1.0 + shelf.a1 + shelf.a2);
    const double gain = high_pass.b0;
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
            for (std::size_t i = 0; i < 4; ++i) {
                transition[4 * column + i] =
                    static_cast<float>(state[i] - (i == column ? 1.0 : 0.0));
            }
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
