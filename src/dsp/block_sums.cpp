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

using Wide = hn::ScalableTag<double>;
using Narrow = hn::Rebind<float, Wide>;
using Bits = hn::RebindToSigned<Narrow>;

/// Running sums of one channel. |x| is compared as an integer: the order is the same for numbers,
/// and Inf and NaN come out on top instead of being lost in a comparison.
struct Accumulator {
    hn::Vec<Wide> sum;
    hn::Vec<Wide> squares;
    hn::Vec<Bits> peak;

    // Not member initialisers: g++ 12 would compile that constructor without the target's
    // instructions.
    HWY_INLINE void clear() {
        sum = hn::Zero(Wide{});
        squares = hn::Zero(Wide{});
        peak = hn::Zero(Bits{});
    }

    HWY_INLINE hn::Vec<Wide> add(const float* x) {
        const auto sample = hn::LoadU(Narrow{}, x);
        peak = hn::Max(peak, hn::BitCast(Bits{}, hn::Abs(sample)));
        const auto wide = hn::PromoteTo(Wide{}, sample);
        sum = hn::Add(sum, wide);
        squares = hn::MulAdd(wide, wide, squares);
        return wide;
    }

    HWY_INLINE BlockSums total(const Accumulator& other) const {
        const auto top = hn::MaxOfLanes(Bits{}, hn::Max(peak, other.peak));
        return {.peak = hn::GetLane(hn::BitCast(Narrow{}, top)),
                .sum = hn::GetLane(hn::SumOfLanes(Wide{}, hn::Add(sum, other.sum))),
                .sum_of_squares =
                    hn::GetLane(hn::SumOfLanes(Wide{}, hn::Add(squares, other.squares)))};
    }
};

// Out parameters: HWY_EXPORT tables hold plain functions of the same signature for every target.
void pair_sums(const float* HWY_RESTRICT first,
               const float* HWY_RESTRICT second,
               std::size_t frames,
               PairSums& out) {
    const std::size_t lanes = hn::Lanes(Wide{});
    Accumulator a[2];
    Accumulator b[2];
    for (int i = 0; i < 2; ++i) {
        a[i].clear();
        b[i].clear();
    }
    auto product0 = hn::Zero(Wide{});
    auto product1 = hn::Zero(Wide{});
    std::size_t n = 0;
    for (; n + 2 * lanes <= frames; n += 2 * lanes) {
        product0 = hn::MulAdd(a[0].add(first + n), b[0].add(second + n), product0);
        product1 = hn::MulAdd(a[1].add(first + n + lanes), b[1].add(second + n + lanes), product1);
    }
    out = {.first = a[0].total(a[1]),
           .second = b[0].total(b[1]),
           .product = hn::GetLane(hn::SumOfLanes(Wide{}, hn::Add(product0, product1)))};
    const PairSums rest = block_sums_scalar(first + n, second + n, frames - n);
    out = combined(out, rest);
}

void channel_sums(const float* HWY_RESTRICT channel, std::size_t frames, BlockSums& out) {
    const std::size_t lanes = hn::Lanes(Wide{});
    Accumulator a[2];
    a[0].clear();
    a[1].clear();
    std::size_t n = 0;
    for (; n + 2 * lanes <= frames; n += 2 * lanes) {
        a[0].add(channel + n);
        a[1].add(channel + n + lanes);
    }
    out = combined(a[0].total(a[1]), block_sums_scalar(channel + n, frames - n));
}

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
