// SPDX-License-Identifier: MIT
#include "audio/io/pcm.h"

#include "audio/simd_targets.h"

#include <array>
#include <bit>

// One source for every SIMD target: foreach_target compiles what follows once for each.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "audio/io/pcm.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();

namespace gainstage::audio::io {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

std::size_t convert_some(PcmFormat, const std::uint8_t*, float*, float*, std::size_t) { return 0; }

#else

using Bytes = hn::CappedTag<std::uint8_t, 16>;
using Floats = hn::CappedTag<float, 4>;
using Ints = hn::RebindToSigned<Floats>;

/// For each byte of four samples, the byte of the file that belongs there; 0x80 is 0. Integers
/// stand at the top of their 32 bits.
HWY_INLINE std::array<std::uint8_t, 16> byte_order(PcmFormat format) {
    std::array<std::uint8_t, 16> order{};
    const std::size_t bytes = format.bytes_a_sample();
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t empty = 4 - bytes; // at the low end
        const std::size_t within = i % 4 - empty;
        const std::size_t from = format.big_endian ? bytes - 1 - within : within;
        order[i] =
            i % 4 < empty ? std::uint8_t{0x80} : static_cast<std::uint8_t>(i / 4 * bytes + from);
    }
    return order;
}

/// Frames that were converted, a multiple of 4; second: nullptr for mono.
std::size_t convert_some(PcmFormat format,
                         const std::uint8_t* HWY_RESTRICT in,
                         float* HWY_RESTRICT first,
                         float* HWY_RESTRICT second,
                         std::size_t frames) {
    const Bytes bytes;
    const Floats d;
    const Ints ints;
    const auto order = byte_order(format);
    const auto table = hn::LoadU(bytes, order.data());
    const auto scale = hn::Set(d, 0x1p-31f);
    const std::size_t step = 4 * format.bytes_a_sample();
    const bool is_float = format.encoding == PcmEncoding::float32;
    const auto four = [&](const std::uint8_t* at) HWY_ATTR {
        const auto sample = hn::TableLookupBytesOr0(hn::LoadU(bytes, at), table);
        return is_float ? hn::BitCast(d, sample)
                        : hn::Mul(hn::ConvertTo(d, hn::BitCast(ints, sample)), scale);
    };
    std::size_t n = 0;
    if (second == nullptr) {
        for (; n + 4 <= frames; n += 4, in += step) {
            hn::StoreU(four(in), d, first + n);
        }
        return n;
    }
    for (; n + 4 <= frames; n += 4, in += 2 * step) {
        const auto early = four(in);
        const auto late = four(in + step);
        hn::StoreU(hn::ConcatEven(d, late, early), d, first + n);
        hn::StoreU(hn::ConcatOdd(d, late, early), d, second + n);
    }
    return n;
}

#endif

/// Samples that were scaled, a whole number of registers.
std::size_t scale_some(const std::int32_t* HWY_RESTRICT in,
                       float scale,
                       float* HWY_RESTRICT out,
                       std::size_t samples) {
    const hn::ScalableTag<float> d;
    const hn::RebindToSigned<decltype(d)> ints;
    const auto by = hn::Set(d, scale);
    const std::size_t whole = samples / hn::Lanes(d) * hn::Lanes(d);
    for (std::size_t n = 0; n < whole; n += hn::Lanes(d)) {
        hn::StoreU(hn::Mul(hn::ConvertTo(d, hn::LoadU(ints, in + n)), by), d, out + n);
    }
    return whole;
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::audio::io

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::audio::io {

HWY_EXPORT(convert_some);
HWY_EXPORT(scale_some);

namespace {

float sample_at(PcmFormat format, const std::uint8_t* in) noexcept {
    std::uint32_t bits = 0; // the sample at its top
    const std::size_t bytes = format.bytes_a_sample();
    for (std::size_t i = 0; i < bytes; ++i) {
        const std::size_t from = format.big_endian ? bytes - 1 - i : i;
        bits |= static_cast<std::uint32_t>(in[from]) << (8 * (4 - bytes + i));
    }
    return format.encoding == PcmEncoding::float32
               ? std::bit_cast<float>(bits)
               : static_cast<float>(std::bit_cast<std::int32_t>(bits)) * 0x1p-31f;
}

void convert_from(std::size_t frame,
                  PcmFormat format,
                  const std::uint8_t* in,
                  AudioView out) noexcept {
    const std::size_t bytes = format.bytes_a_sample();
    const auto channels = static_cast<std::size_t>(out.channels());
    for (std::size_t c = 0; c < channels; ++c) {
        float* const to = out.channel(static_cast<int>(c)).data();
        for (std::size_t n = frame; n < out.frames(); ++n) {
            to[n] = sample_at(format, in + (n * channels + c) * bytes);
        }
    }
}

} // namespace

void convert_pcm(PcmFormat format, const std::uint8_t* in, AudioView out) noexcept {
    std::size_t done = 0;
    if (out.channels() <= 2) {
        float* const second = out.channels() == 2 ? out.channel(1).data() : nullptr;
        done = HWY_DYNAMIC_DISPATCH(convert_some)(format, in, out.channel(0).data(), second,
                                                  out.frames());
    }
    convert_from(done, format, in, out);
}

void convert_pcm_scalar(PcmFormat format, const std::uint8_t* in, AudioView out) noexcept {
    convert_from(0, format, in, out);
}

void scale_ints(const std::int32_t* in, float scale, std::span<float> out) noexcept {
    std::size_t n = HWY_DYNAMIC_DISPATCH(scale_some)(in, scale, out.data(), out.size());
    for (; n < out.size(); ++n) {
        out[n] = static_cast<float>(in[n]) * scale;
    }
}

} // namespace gainstage::audio::io

#endif // HWY_ONCE
