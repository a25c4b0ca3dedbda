// SPDX-License-Identifier: MIT
#include "dsp/block_sums.h"
#include "audio/simd_targets.h"

#include <algorithm>
#include <bit>
#include <cstdint>

// Shared by all targets; outside foreach_target's loop.
#ifndef GAINSTAGE_DSP_BLOCK_SUMS_ONCE
#define GAINSTAGE_DSP_BLOCK_SUMS_ONCE

namespace gainstage::dsp {
namespace {

/// The larger of |a| and |b|, NaN above Inf above every number.
inline float larger_magnitude(float a, float b) noexcept {
    const std::uint32_t magnitude = 0x7fffffffu; // all but the sign bit
    const std::uint32_t top = std::max(std::bit_cast<std::uint32_t>(a) & magnitude,
                                       std::bit_cast<std::uint32_t>(b) & magnitude);
    return std::bit_cast<float>(top);
}

inline BlockSums combined(const BlockSums& a, const BlockSums& b) noexcept {
    return {.peak = larger_magnitude(a.peak, b.peak),
            .sum = a.sum + b.sum,
            .sum_of_squares = a.sum_of_squares + b.sum_of_squares};
}

inline PairSums combined(const PairSums& a, const PairSums& b) noexcept {
    return {.first = combined(a.first, b.first),
            .second = combined(a.second, b.second),
            .product = a.product + b.product};
}

} // namespace
} // namespace gainstage::dsp
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/block_sums.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void pair_sums(const float* first, const float* second, std::size_t frames, PairSums& out) {
    out = block_sums_scalar(first, second, frames);
}

void channel_sums(const float* channel, std::size_t frames, BlockSums& out) {
    out = block_sums_scalar(channel, frames);
}

#else

using Wide = hn::ScalableTag<double>;
using Narrow = hn::Rebind<float, Wide>;
using Full = hn::Repartition<float, Wide>; // a register of samples: two of Wide
using Bits = hn::RebindToSigned<Full>;

/// Peaks of `channels` channels over `frames`, whole registers of them. |x| is compared as an
/// integer: the order is the same for numbers, and Inf and NaN come out on top instead of being
/// lost in a comparison. In a loop of its own: with the sums in one, the registers don't suffice.
template <std::size_t channels>
HWY_INLINE void peaks_of(const float* const* HWY_RESTRICT x, std::size_t frames, float* peaks) {
    hn::Vec<Bits> top[channels];
    for (std::size_t c = 0; c < channels; ++c) {
        top[c] = hn::Zero(Bits{});
    }
    for (std::size_t n = 0; n < frames; n += hn::Lanes(Full{})) {
#pragma GCC unroll 2
        for (std::size_t c = 0; c < channels; ++c) {
            const auto magnitude = hn::Abs(hn::LoadU(Full{}, x[c] + n));
            top[c] = hn::Max(top[c], hn::BitCast(Bits{}, magnitude));
        }
    }
    for (std::size_t c = 0; c < channels; ++c) {
        peaks[c] = hn::GetLane(hn::BitCast(Full{}, hn::MaxOfLanes(Bits{}, top[c])));
    }
}

/// Running sums of one channel.
struct Accumulator {
    hn::Vec<Wide> sum;
    hn::Vec<Wide> squares[2];

    // Not member initialisers: g++ 12 would compile that constructor without the target's
    // instructions.
    HWY_INLINE void clear() { sum = squares[0] = squares[1] = hn::Zero(Wide{}); }

    /// wide: the samples, for the product.
    HWY_INLINE void add(const float* HWY_RESTRICT x, hn::Vec<Wide>* wide) {
#pragma GCC unroll 2
        for (std::size_t i = 0; i < 2; ++i) {
            wide[i] = hn::PromoteTo(Wide{}, hn::LoadU(Narrow{}, x + i * hn::Lanes(Wide{})));
            squares[i] = hn::MulAdd(wide[i], wide[i], squares[i]);
        }
        sum = hn::Add(sum, hn::Add(wide[0], wide[1]));
    }

    HWY_INLINE BlockSums total(float peak) const {
        return {.peak = peak,
                .sum = hn::GetLane(hn::SumOfLanes(Wide{}, sum)),
                .sum_of_squares =
                    hn::GetLane(hn::SumOfLanes(Wide{}, hn::Add(squares[0], squares[1])))};
    }
};

// Out parameters: HWY_EXPORT tables hold plain functions of the same signature for every target.
void pair_sums(const float* HWY_RESTRICT first,
               const float* HWY_RESTRICT second,
               std::size_t frames,
               PairSums& out) {
    const std::size_t lanes = hn::Lanes(Full{});
    const std::size_t whole = frames / lanes * lanes;
    const float* const both[2] = {first, second};
    float peaks[2];
    peaks_of<2>(both, whole, peaks);
    Accumulator a;
    Accumulator b;
    a.clear();
    b.clear();
    auto product = hn::Zero(Wide{});
    for (std::size_t n = 0; n < whole; n += lanes) {
        hn::Vec<Wide> x[2];
        hn::Vec<Wide> y[2];
        a.add(first + n, x);
        b.add(second + n, y);
        product = hn::Add(product, hn::MulAdd(x[0], y[0], hn::Mul(x[1], y[1])));
    }
    out = {.first = a.total(peaks[0]),
           .second = b.total(peaks[1]),
           .product = hn::GetLane(hn::SumOfLanes(Wide{}, product))};
    if (whole < frames) {
        out = combined(out, block_sums_scalar(first + whole, second + whole, frames - whole));
    }
}

void channel_sums(const float* channel, std::size_t frames, BlockSums& out) {
    const std::size_t lanes = hn::Lanes(Full{});
    const std::size_t whole = frames / lanes * lanes;
    float peak = 0.0f;
    peaks_of<1>(&channel, whole, &peak);
    Accumulator a;
    a.clear();
    for (std::size_t n = 0; n < whole; n += lanes) {
        hn::Vec<Wide> unused[2];
        a.add(channel + n, unused);
    }
    out = a.total(peak);
    if (whole < frames) {
        out = combined(out, block_sums_scalar(channel + whole, frames - whole));
    }
}

#endif

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(pair_sums);
HWY_EXPORT(channel_sums);

BlockSums block_sums_scalar(const float* channel, std::size_t frames) noexcept {
    BlockSums out;
    for (std::size_t n = 0; n < frames; ++n) {
        const double x = static_cast<double>(channel[n]);
        out.peak = larger_magnitude(out.peak, channel[n]);
        out.sum += x;
        out.sum_of_squares += x * x;
    }
    return out;
}

PairSums block_sums_scalar(const float* first, const float* second, std::size_t frames) noexcept {
    PairSums out{.first = block_sums_scalar(first, frames),
                 .second = block_sums_scalar(second, frames),
                 .product = 0.0};
    for (std::size_t n = 0; n < frames; ++n) {
        out.product += static_cast<double>(first[n]) * static_cast<double>(second[n]);
    }
    return out;
}

PairSums block_sums(const float* first, const float* second, std::size_t frames) noexcept {
    PairSums out;
    HWY_DYNAMIC_DISPATCH(pair_sums)(first, second, frames, out);
    return out;
}

BlockSums block_sums(const float* channel, std::size_t frames) noexcept {
    BlockSums out;
    HWY_DYNAMIC_DISPATCH(channel_sums)(channel, frames, out);
    return out;
}

} // namespace gainstage::dsp

#endif // HWY_ONCE
