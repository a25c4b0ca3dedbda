// SPDX-License-Identifier: MIT
#include "audio/io/libav_samples.h"

#include "audio/io/libav_library.h"

#include <cstdint>
#include <type_traits>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/samplefmt.h>
}

namespace gainstage::audio::io {
namespace {

template <typename Sample>
float to_float(Sample sample) noexcept {
    if constexpr (std::is_floating_point_v<Sample>) {
        return static_cast<float>(sample);
    } else if constexpr (std::is_unsigned_v<Sample>) { // 8 bits, silence at 128
        return static_cast<float>(sample - 0x80) * 0x1p-7f;
    } else {
        constexpr auto full_scale =
            static_cast<float>(std::uint64_t{1} << (8 * sizeof(Sample) - 1));
        return static_cast<float>(sample) * (1.0f / full_scale); // a power of two: exact
    }
}

template <typename Sample>
void convert(const AVFrame& frame, bool is_planar, std::size_t first, AudioView out) noexcept {
    const auto channels = static_cast<std::size_t>(out.channels());
    for (std::size_t c = 0; c < channels; ++c) {
        const auto* from = reinterpret_cast<const Sample*>(frame.extended_data[is_planar ? c : 0]);
        const std::size_t step = is_planar ? 1 : channels;
        from += is_planar ? first : first * channels + c;
        float* to = out.channel(static_cast<int>(c)).data();
        for (std::size_t n = 0; n < out.frames(); ++n) {
            to[n] = to_float(from[n * step]);
        }
    }
}

} // namespace

bool to_planar(const AVFrame& frame, std::size_t first, AudioView out) noexcept {
    const auto format = static_cast<AVSampleFormat>(frame.format);
    const bool is_planar = libav().av_sample_fmt_is_planar(format) != 0;
    switch (libav().av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_U8:
        convert<std::uint8_t>(frame, is_planar, first, out);
        return true;
    case AV_SAMPLE_FMT_S16:
        convert<std::int16_t>(frame, is_planar, first, out);
        return true;
    case AV_SAMPLE_FMT_S32:
        convert<std::int32_t>(frame, is_planar, first, out);
        return true;
    case AV_SAMPLE_FMT_S64:
        convert<std::int64_t>(frame, is_planar, first, out);
        return true;
    case AV_SAMPLE_FMT_FLT:
        convert<float>(frame, is_planar, first, out);
        return true;
    case AV_SAMPLE_FMT_DBL:
        convert<double>(frame, is_planar, first, out);
        return true;
    default:
        return false;
    }
}

} // namespace gainstage::audio::io
