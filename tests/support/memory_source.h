// SPDX-License-Identifier: MIT
// MemorySource: sound from memory, read as a file is.
#pragma once

#include "audio/buffer.h"
#include "audio/io/source.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gainstage::test {

class MemorySource final : public audio::io::Source {
public:
    /// `error` comes after the sound, if one is given.
    MemorySource(audio::AudioBuffer sound, double sample_rate_hz, std::optional<Error> error = {})
        : sound_(std::move(sound)), error_(std::move(error)) {
        info_.sample_rate = Hertz{sample_rate_hz};
        info_.layout = audio::ChannelLayout::default_for(sound_.channels());
        info_.frames = sound_.frames();
    }

    [[nodiscard]] const audio::io::StreamInfo& info() const noexcept override { return info_; }

    Result<std::size_t> read(audio::AudioView out) override {
        const std::size_t count = std::min(out.frames(), sound_.frames() - done_);
        if (count == 0 && error_) {
            return *error_;
        }
        audio::copy(std::as_const(sound_).view().slice(done_, count), out.first(count));
        done_ += count;
        return count;
    }

private:
    audio::AudioBuffer sound_;
    std::optional<Error> error_;
    audio::io::StreamInfo info_;
    std::size_t done_ = 0;
};

} // namespace gainstage::test
