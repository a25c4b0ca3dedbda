// SPDX-License-Identifier: MIT
// Source: audio that is read from a file, block by block, whatever its format. Constant memory, any
// length.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "units/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace gainstage::audio::io {

enum class SampleFormat { int8, int16, int24, int32, float32, float64, lossy };

/// What a file says of itself.
struct StreamInfo {
    Hertz sample_rate{0.0};
    ChannelLayout layout;
    std::optional<std::uint64_t> frames; ///< absent where the container doesn't say
    SampleFormat format = SampleFormat::int16;
    std::string container; ///< "WAV", "RF64", "FLAC", "MP4"…
    std::string codec;     ///< "PCM 24 bit", "FLAC 24 bit", "AAC"…
};

class Source {
public:
    virtual ~Source() = default;
    [[nodiscard]] virtual const StreamInfo& info() const noexcept = 0;

    /// The next frames into `out` (linear, full scale 1.0): all of it, fewer at the end, 0 after
    /// the end. Non-finite samples are passed on as they are: what to do with them is the reader's
    /// decision.
    ///   errors  a damaged or truncated file: says how much could be read
    virtual Result<std::size_t> read(AudioView out) = 0;

    /// Reading goes on at `frame`. False where that can't be done to the sample: then only a new
    /// Source is of use.
    virtual bool seek([[maybe_unused]] std::uint64_t frame) { return false; }
};

struct OpenOptions {
    /// Whether a checksum of the sound that the file holds (FLAC's MD5) is compared at the end: its
    /// last read() is an error then if the sound is another. Costs a third of the time. Seeking
    /// turns it off.
    bool verify = false;
};

/// Opens by content, not by extension. FLAC by libFLAC, what libsndfile knows by libsndfile, the
/// rest by libav.
///   errors  not there, no permission, a folder, no audio inside, 0 channels or more than 64, a
///   rate out of range
Result<std::unique_ptr<Source>> open(const std::filesystem::path& path,
                                     const OpenOptions& options = {});

enum class Slope {
    gentle, ///< from 91 % of it on: rings for a short time
    steep,  ///< from 99 %: to bring a stream back to the rate that it had, and lose nothing twice
};

/// `source` at another sample rate (libsoxr, very high quality), streaming; returned as it is if
/// the rate is already right.
///   length   frames * ratio, rounded; the filter's delay is taken out
///   error    -140 dB of full scale at most for tones up to 0.44 of the lower rate
///   samples  that are no finite number become 0: one would blank a whole stretch of the output
///   slope    how soon it falls on the way to half of the lower rate
Result<std::unique_ptr<Source>>
resample(std::unique_ptr<Source> source, Hertz sample_rate, Slope slope = Slope::gentle);

} // namespace gainstage::audio::io
