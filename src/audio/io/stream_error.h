// SPDX-License-Identifier: MIT
// stream_error: what readers say of files that are not what they should be, in one wording whatever
// library reads them.
#pragma once

#include "audio/io/source.h"

namespace gainstage::audio::io {

/// Fewer frames than promised. `certain`: bytes are missing at the end; otherwise decoding stopped
/// early, and damage in the middle looks the same.
Error truncation_error(const std::filesystem::path& path,
                       std::uint64_t frames_there,
                       std::uint64_t frames_promised,
                       Hertz sample_rate,
                       bool certain);

/// Where nobody knows how long it should have been.
Error cut_error(const std::filesystem::path& path, std::uint64_t frames_there, Hertz sample_rate);

/// What can't be handled: channels outside 1 to max_channels, rates outside 8 kHz to 768 kHz.
Status check_shape(const std::filesystem::path& path, int channels, double sample_rate_hz);

/// "PCM 24 bit", "FLAC 16 bit", "PCM 32 bit float", or for lossy codecs `name` alone.
std::string codec_name(const std::string& name, SampleFormat format);

} // namespace gainstage::audio::io
