// SPDX-License-Identifier: MIT
#include "audio/io/stream_error.h"

#include <fmt/core.h>

namespace gainstage::audio::io {

Error truncation_error(const std::filesystem::path& path,
                       std::uint64_t frames_there,
                       std::uint64_t frames_promised,
                       Hertz sample_rate,
                       bool certain) {
    const char* what = certain ? "is truncated" : "is truncated or damaged";
    const double there_s = static_cast<double>(frames_there) / sample_rate.value();
    const double promised_s = static_cast<double>(frames_promised) / sample_rate.value();
    constexpr double shown_s = 0.01; // two decimals: a smaller gap would read "3.00 of 3.00 s"
    const std::string gap =
        promised_s - there_s >= shown_s
            ? fmt::format("{:.2f} of {:.2f} s are there", there_s, promised_s)
            : fmt::format("{} of {} frames are there", frames_there, frames_promised);
    return {ErrorKind::unreadable, path.string(), fmt::format("{}: {}", what, gap),
            "copy or export the file again"};
}

Error cut_error(const std::filesystem::path& path, std::uint64_t frames_there, Hertz sample_rate) {
    const double there_s = static_cast<double>(frames_there) / sample_rate.value();
    return {ErrorKind::unreadable, path.string(),
            fmt::format("is truncated: it breaks off after {:.2f} s", there_s),
            "copy or export the file again"};
}

Status check_shape(const std::filesystem::path& path, int channels, double sample_rate_hz) {
    if (channels < 1 || channels > max_channels) {
        return Error{ErrorKind::unreadable, path.string(),
                     fmt::format("has {} channels; 1 to {} can be read", channels, max_channels),
                     channels < 1 ? "check how the file was made" : "split the file"};
    }
    if (!(sample_rate_hz >= lowest_sample_rate.value() &&
          sample_rate_hz <= highest_sample_rate.value())) {
        return Error{ErrorKind::unreadable, path.string(),
                     fmt::format("has a sample rate of {:.0f} Hz; 8 kHz to 768 kHz can be read",
                                 sample_rate_hz),
                     "check how the file was made"};
    }
    return Done{};
}

std::string codec_name(const std::string& name, SampleFormat format) {
    switch (format) {
    case SampleFormat::int8:
        return name + " 8 bit";
    case SampleFormat::int16:
        return name + " 16 bit";
    case SampleFormat::int24:
        return name + " 24 bit";
    case SampleFormat::int32:
        return name + " 32 bit";
    case SampleFormat::float32:
        return name + " 32 bit float";
    case SampleFormat::float64:
        return name + " 64 bit float";
    case SampleFormat::lossy:
        break;
    }
    return name;
}

} // namespace gainstage::audio::io
