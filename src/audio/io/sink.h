// SPDX-License-Identifier: MIT
// Sink: audio that is written to a file beside its target and takes the target's name only when it
// is whole.
#pragma once

#include "audio/io/source.h"

#include <span>
#include <string_view>

namespace gainstage::audio::io {

enum class Container { wav, rf64, flac };

struct SinkFormat {
    Container container = Container::wav; ///< wav turns into RF64 by itself beyond 4 GB
    SampleFormat sample = SampleFormat::int24;
    Hertz sample_rate{48000.0};
    ChannelLayout layout;
    /// TPDF dither, 2 LSB peak to peak, where an integer format loses bits of what is written:
    /// stretches that it holds exactly, and silence, are written exactly (see Quantiser). Fixed
    /// seed: the same samples give the same file.
    bool dither = true;
};

class Sink {
public:
    virtual ~Sink() =
        default; ///< without commit(): the temporary file is removed, the target is as it was

    /// errors  disk full, no permission: says which file
    virtual Status write(ConstAudioView block) = 0;

    /// Flushes, closes, and renames onto the target. A target that is a symbolic link becomes a
    /// file; what it pointed to stays. After a failed write(): that error again.
    virtual Status commit() = 0;

    /// Samples that an integer format had to clip, so far.
    [[nodiscard]] virtual std::uint64_t clipped_samples() const noexcept = 0;
};

/// errors  the folder isn't there or can't be written; the format can't hold it (FLAC: at most 8
///         channels, 24 bits, 655350 Hz)
Result<std::unique_ptr<Sink>> create(const std::filesystem::path& target, const SinkFormat& format);

/// Refuses a target that is one of the inputs, under whatever name: relative, symbolic or hard
/// link. Without this, the rename onto the target would replace the user's recording.
Status refuse_overwriting_inputs(const std::filesystem::path& target,
                                 std::span<const std::filesystem::path> inputs);

/// Text (JSON, CSV, HTML) with the same promise: whole or not at all.
Status write_text(const std::filesystem::path& target, std::string_view text);

} // namespace gainstage::audio::io
