// SPDX-License-Identifier: MIT
#include "dsp/k_weighting.h"

#include "dsp/simd_targets.h"

#include <algorithm>
#include <cmath>
#include <numbers>

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
constexpr std::size_t segments = Kernel::segments;

/// Adds to `ends[channel]` what one segment of each channel, started from rest, leaves in the
/// filters.
template <std::size_t channels>
HWY_INLINE void add_response(const Kernel& kernel,
                             const float* const* HWY_RESTRICT in,
                             std::size_t frames,
                             KState* HWY_RESTRICT ends) {
    const hn::CappedTag<double, 4> d;
    const hn::Rebind<float, decltype(d)> df;
    const double* response[4];
    for (std::size_t i = 0; i < 4; ++i) {
        response[i] = kernel.response[i].data() + Kernel::longest_segment - frames;
    }
    hn::Vec<decltype(d)> sums[channels][4];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < 4 * channels; ++i) {
        sums[i / 4][i % 4] = hn::Zero(d);
    }
    for (std::size_t n = 0; n < frames; n += hn::Lanes(d)) {
#pragma GCC unroll 2
        for (std::size_t c = 0; c < channels; ++c) {
            const auto x = hn::PromoteTo(d, hn::LoadU(df, in[c] + n));
            sums[c][0] = hn::MulAdd(x, hn::LoadU(d, response[0] + n), sums[c][0]);
            sums[c][1] = hn::MulAdd(x, hn::LoadU(d, response[1] + n), sums[c][1]);
            sums[c][2] = hn::MulAdd(x, hn::LoadU(d, response[2] + n), sums[c][2]);
            sums[c][3] = hn::MulAdd(x, hn::LoadU(d, response[3] + n), sums[c][3]);
        }
    }
#pragma GCC unroll 8
    for (std::size_t i = 0; i < 4 * channels; ++i) {
        ends[i / 4][i % 4] += hn::GetLane(hn::SumOfLanes(d, sums[i / 4][i % 4]));
    }
}

/// One sample of each of `Lanes(d)` segments through both filters; returns y^2 added to `power`.
struct Filter {
    hn::Vec<hn::CappedTag<double, 4>> shelf1, shelf2, high_pass1, high_pass2, power;

    template <class V>
    HWY_INLINE void step(V x, const KCoefficients& c) {
        const hn::CappedTag<double, 4> d;
        const auto shelved = hn::MulAdd(hn::Set(d, c.shelf.b0), x, shelf1);
        shelf1 = hn::NegMulAdd(hn::Set(d, c.shelf.a1), shelved,
                               hn::MulAdd(hn::Set(d, c.shelf.b1), x, shelf2));
        shelf2 = hn::NegMulAdd(hn::Set(d, c.shelf.a2), shelved, hn::Mul(hn::Set(d, c.shelf.b2), x));
        // The high pass's numerator is 1, -2, 1.
        const auto y = hn::Add(shelved, high_pass1);
        high_pass1 = hn::NegMulAdd(hn::Set(d, c.high_pass.a1), y,
                                   hn::NegMulAdd(hn::Set(d, 2.0), shelved, high_pass2));
        high_pass2 = hn::NegMulAdd(hn::Set(d, c.high_pass.a2), y, shelved);
        power = hn::MulAdd(y, y, power);
    }
};

/// Runs `channels` channels of four segments each, `frames` long, from the states in
/// starts[channel][variable][segment]; leaves the end states there. Returns the powers in `powers`.
template <std::size_t channels>
HWY_INLINE void run_segments(const KCoefficients& c,
                             const float* const* HWY_RESTRICT in,
                             std::size_t frames,
                             double (*HWY_RESTRICT starts)[4][segments],
                             double* HWY_RESTRICT powers) {
    const hn::CappedTag<double, segments> d;
    const hn::Rebind<float, decltype(d)> df;
    const hn::CappedTag<float, 4> d4;
    constexpr std::size_t width = hn::MaxLanes(d);
    constexpr std::size_t parts = segments / width; // 1 with 256-bit registers, 2 with 128
    Filter filters[channels][parts];
#pragma GCC unroll 4
    for (std::size_t i = 0; i < channels * parts; ++i) {
        Filter& f = filters[i / parts][i % parts];
        const auto& start = starts[i / parts];
        const std::size_t at = i % parts * width;
        f.shelf1 = hn::LoadU(d, start[0] + at);
        f.shelf2 = hn::LoadU(d, start[1] + at);
        f.high_pass1 = hn::LoadU(d, start[2] + at);
        f.high_pass2 = hn::LoadU(d, start[3] + at);
        f.power = hn::Zero(d);
    }
    HWY_ALIGN float turned[channels][4 * segments] = {}; // [time][segment]
    for (std::size_t n = 0; n < frames; n += 4) {
#pragma GCC unroll 2
        for (std::size_t ch = 0; ch < channels; ++ch) {
            const float* const at = in[ch] + n;
            hn::StoreInterleaved4(hn::LoadU(d4, at), hn::LoadU(d4, at + frames),
                                  hn::LoadU(d4, at + 2 * frames), hn::LoadU(d4, at + 3 * frames),
                                  d4, turned[ch]);
        }
#pragma GCC unroll 4
        for (std::size_t t = 0; t < 4; ++t) {
#pragma GCC unroll 4
            for (std::size_t i = 0; i < channels * parts; ++i) {
                const float* const x = turned[i / parts] + t * segments + i % parts * width;
                filters[i / parts][i % parts].step(hn::PromoteTo(d, hn::LoadU(df, x)), c);
            }
        }
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < channels * parts; ++i) {
        const Filter& f = filters[i / parts][i % parts];
        auto& end = starts[i / parts];
        const std::size_t at = i % parts * width;
        hn::StoreU(f.shelf1, d, end[0] + at);
        hn::StoreU(f.shelf2, d, end[1] + at);
        hn::StoreU(f.high_pass1, d, end[2] + at);
        hn::StoreU(f.high_pass2, d, end[3] + at);
        powers[i / parts] += hn::GetLane(hn::SumOfLanes(d, f.power));
    }
}

/// Four segments of `frames` each, one after the other in `in`.
template <std::size_t channels>
void four_segments(const Kernel& kernel,
                   const float* const* in,
                   std::size_t frames,
                   KState* states,
                   double* powers) {
    double starts[channels][4][segments];
    const std::array<double, 16>& transition = kernel.transition[frames / Kernel::segment_step];
    const float* at[channels];
    std::copy_n(in, channels, at);
    for (std::size_t s = 0; s < segments; ++s) {
        for (std::size_t c = 0; c < channels; ++c) {
            for (std::size_t i = 0; i < 4; ++i) {
                starts[c][i][s] = states[c][i];
            }
        }
        if (s + 1 == segments) {
            break; // its end comes out of the run itself
        }
        for (std::size_t c = 0; c < channels; ++c) {
            const KState from = states[c];
            for (std::size_t i = 0; i < 4; ++i) {
                states[c][i] = transition[4 * i] * from[0] + transition[4 * i + 1] * from[1] +
                               transition[4 * i + 2] * from[2] + transition[4 * i + 3] * from[3];
            }
        }
        add_response<channels>(kernel, at, frames, states);
        for (std::size_t c = 0; c < channels; ++c) {
            at[c] += frames;
        }
    }
    run_segments<channels>(kernel.coefficients, in, frames, starts, powers);
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < 4; ++i) {
            states[c][i] = starts[c][i][segments - 1];
        }
    }
}

void four_segments_1(const Kernel& kernel,
                     const float* const* in,
                     std::size_t frames,
                     KState* states,
                     double* powers) {
    four_segments<1>(kernel, in, frames, states, powers);
}

void four_segments_2(const Kernel& kernel,
                     const float* const* in,
                     std::size_t frames,
                     KState* states,
                     double* powers) {
    four_segments<2>(kernel, in, frames, states, powers);
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(four_segments_1);
HWY_EXPORT(four_segments_2);

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

double step(const Biquad& c, double* state, double x) noexcept {
    const double y = c.b0 * x + state[0];
    state[0] = c.b1 * x - c.a1 * y + state[1];
    state[1] = c.b2 * x - c.a2 * y;
    return y;
}

/// One sample through both filters.
double step(const KCoefficients& c, KState& state, double x) noexcept {
    return step(c.high_pass, state.data() + 2, step(c.shelf, state.data(), x));
}

KCoefficients with_gain_in_shelf(KCoefficients c) noexcept {
    const double gain = c.high_pass.b0;
    for (double* numerator : {&c.shelf.b0, &c.shelf.b1, &c.shelf.b2}) {
        *numerator *= gain;
    }
    for (double* numerator : {&c.high_pass.b0, &c.high_pass.b1, &c.high_pass.b2}) {
        *numerator /= gain;
    }
    return c;
}

KWeightedPower::Kernel design(Hertz sample_rate) {
    using Kernel = KWeightedPower::Kernel;
    Kernel kernel{.coefficients = with_gain_in_shelf(k_weighting(sample_rate)),
                  .transition = {},
                  .response = {}};
    kernel.transition.resize(Kernel::longest_segment / Kernel::segment_step + 1);
    for (std::size_t column = 0; column < 4; ++column) {
        KState state{};
        state[column] = 1.0;
        for (std::size_t m = 0; m <= Kernel::longest_segment; ++m) {
            if (m % Kernel::segment_step == 0) {
                for (std::size_t row = 0; row < 4; ++row) {
                    kernel.transition[m / Kernel::segment_step][4 * row + column] = state[row];
                }
            }
            step(kernel.coefficients, state, 0.0);
        }
    }
    for (auto& response : kernel.response) {
        response.resize(Kernel::longest_segment);
    }
    KState state{};
    for (std::size_t age = 1; age <= Kernel::longest_segment; ++age) {
        step(kernel.coefficients, state, age == 1 ? 1.0 : 0.0);
        for (std::size_t i = 0; i < 4; ++i) {
            kernel.response[i][Kernel::longest_segment - age] = state[i];
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
    const KCoefficients c = kernel_.coefficients;
    KState s = state;
    double power = 0.0;
    for (std::size_t n = 0; n < frames; ++n) {
        const double y = step(c, s, static_cast<double>(in[n]));
        power += y * y;
    }
    state = s;
    return power;
}

namespace {

/// The longest segments that four of fit into `frames`.
std::size_t segment_frames(std::size_t frames) noexcept {
    using Kernel = KWeightedPower::Kernel;
    const std::size_t longest =
        frames / Kernel::segments / Kernel::segment_step * Kernel::segment_step;
    return std::min(longest, Kernel::longest_segment);
}

} // namespace

double KWeightedPower::process(const float* in, std::size_t frames, KState& state) const noexcept {
    double power = 0.0;
    std::size_t done = 0;
    while (const std::size_t segment = segment_frames(frames - done)) {
        const float* const at = in + done;
        HWY_DYNAMIC_DISPATCH(four_segments_1)(kernel_, &at, segment, &state, &power);
        done += Kernel::segments * segment;
    }
    return power + process_scalar(in + done, frames - done, state);
}

KWeightedPower::Pair KWeightedPower::process(const float* first,
                                             const float* second,
                                             std::size_t frames,
                                             KState& first_state,
                                             KState& second_state) const noexcept {
    KState states[2] = {first_state, second_state};
    double powers[2] = {};
    std::size_t done = 0;
    while (const std::size_t segment = segment_frames(frames - done)) {
        const float* const at[2] = {first + done, second + done};
        HWY_DYNAMIC_DISPATCH(four_segments_2)(kernel_, at, segment, states, powers);
        done += Kernel::segments * segment;
    }
    powers[0] += process_scalar(first + done, frames - done, states[0]);
    powers[1] += process_scalar(second + done, frames - done, states[1]);
    first_state = states[0];
    second_state = states[1];
    return {.first = powers[0], .second = powers[1]};
}

} // namespace gainstage::dsp

#endif // HWY_ONCE
