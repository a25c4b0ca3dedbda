// SPDX-License-Identifier: MIT
// pcm: uncompressed samples as a file holds them, interleaved, to planar floats. The container
// around them is the library's business.
#pragma once

#include "audio/view.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace gainstage::audio::io {

/// One sample's bytes.
enum class PcmEncoding { int16, int24, int32, float32 };

struct PcmFormat {
    PcmEncoding encoding = PcmEncoding::int16;
    bool big_endian = false;

    [[nodiscard]] std::size_t bytes_a_sample() const noexcept {
        return encoding == PcmEncoding::int16 ? 2 : encoding == PcmEncoding::int24 ? 3 : 4;
    }
};

/// What convert_pcm() may read beyond the last sample, without using it.
inline constexpr std::size_t pcm_beyond = 16;

/// Fills out.frames() frames. Integers become value / 2^(bits - 1); floats pass unchanged.
///   in      out.frames() * out.channels() samples, and pcm_beyond bytes of room
///   error   none to 24 bits; 32-bit integers are rounded to the nearest float
void convert_pcm(PcmFormat format, const std::uint8_t* in, AudioView out) noexcept;

/// The same, sample by sample: the specification of convert_pcm() and its oracle.
void convert_pcm_scalar(PcmFormat format, const std::uint8_t* in, AudioView out) noexcept;

/// out[n] = in[n] * scale: what a decoder gives as integers.
///   error   none to 24 bits; beyond, the nearest float
void scale_ints(const std::int32_t* in, float scale, std::span<float> out) noexcept;

} // namespace gainstage::audio::io
