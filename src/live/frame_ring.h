// SPDX-License-Identifier: MIT
// FrameRing: sound from the audio thread to one other, without lock or wait on either side. It
// doesn't resample or mix.
#pragma once

#include "audio/view.h"

#include <atomic>
#include <cstddef>
#include <vector>

namespace gainstage::live {

/// One writer, one reader.
class FrameRing {
public:
    void prepare(int channels, std::size_t frames); // [main, inactive] allocates

    /// All frames of `block` or, where there is no room, none. [audio]
    bool write(audio::ConstAudioView block) noexcept;

    /// What is there, at most out.frames(); how many frames that was. [the reader]
    std::size_t read(audio::AudioView out) noexcept;

    [[nodiscard]] std::size_t capacity() const noexcept { return frames_; }

private:
    int channels_ = 0;
    std::size_t frames_ = 0;
    std::vector<float> memory_; ///< interleaved
    // Counted from the start, never wrapped (2^64 frames are 12 million years at 48 kHz); each
    // is written by one side alone, and on a cache line of its own.
    alignas(64) std::atomic<std::size_t> written_{0};
    alignas(64) std::atomic<std::size_t> taken_{0};
    static_assert(std::atomic<std::size_t>::is_always_lock_free);
};

} // namespace gainstage::live
