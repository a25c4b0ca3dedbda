// SPDX-License-Identifier: MIT
// Programme: the mix as often as a master needs to hear it, at the medium's sample rate. It stays
// decoded in memory when it is short enough, and is decoded anew for every pass when it isn't:
// memory doesn't grow with its length.
#pragma once

#include "audio/buffer.h"
#include "audio/io/source.h"

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>

namespace gainstage::master {

class Programme {
public:
    /// Ten minutes of stereo at 48 kHz are 230 MB.
    static constexpr std::size_t default_memory_bytes = std::size_t{256} << 20;

    /// errors  as audio::io::open() and resample()
    static Result<Programme> open(const std::filesystem::path& path,
                                  std::optional<Hertz> sample_rate,
                                  std::size_t memory_bytes = default_memory_bytes);

    /// What is read: the sample rate is the one asked for.
    [[nodiscard]] const audio::io::StreamInfo& info() const noexcept { return info_; }

    /// The next frames: all of `out`, fewer at the end, 0 after it. Samples that aren't numbers are
    /// passed on: the mix is measured as it is.
    Result<std::size_t> read(audio::AudioView out);

    /// To the beginning.
    Status rewind();

    /// Known once the end was reached.
    [[nodiscard]] std::optional<std::uint64_t> frames() const noexcept { return frames_; }

private:
    Programme(std::filesystem::path path,
              std::optional<Hertz> sample_rate,
              std::size_t memory_bytes)
        : path_(std::move(path)), sample_rate_(sample_rate), memory_bytes_(memory_bytes) {}

    Status reopen();
    void keep(audio::ConstAudioView block);
    std::size_t read_kept(audio::AudioView out);

    std::filesystem::path path_;
    std::optional<Hertz> sample_rate_;
    std::size_t memory_bytes_ = 0;
    std::unique_ptr<audio::io::Source> source_;
    audio::io::StreamInfo info_;
    std::uint64_t place_ = 0;
    std::optional<std::uint64_t> frames_;

    bool keeping_ = true;                 ///< memory was enough so far
    std::deque<audio::AudioBuffer> kept_; ///< each kept_frames long
    std::uint64_t kept_until_ = 0;
};

} // namespace gainstage::master
