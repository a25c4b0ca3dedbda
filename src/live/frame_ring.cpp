// SPDX-License-Identifier: MIT
#include "live/frame_ring.h"

namespace gainstage::live {

void FrameRing::prepare(int channels, std::size_t frames) {
    channels_ = channels;
    frames_ = frames;
    memory_.assign(static_cast<std::size_t>(channels) * frames, 0.0f);
    written_.store(0, std::memory_order_relaxed);
    taken_.store(0, std::memory_order_relaxed);
}

bool FrameRing::write(audio::ConstAudioView block) noexcept {
    const std::size_t written = written_.load(std::memory_order_relaxed);
    const std::size_t taken = taken_.load(std::memory_order_acquire);
    if (block.frames() > frames_ - (written - taken)) {
        return false;
    }
    const auto channels = static_cast<std::size_t>(channels_);
    for (int c = 0; c < channels_; ++c) {
        std::size_t at = written % frames_;
        for (const float sample : block.channel(c)) {
            memory_[at * channels + static_cast<std::size_t>(c)] = sample;
            at = at + 1 == frames_ ? 0 : at + 1;
        }
    }
    written_.store(written + block.frames(), std::memory_order_release);
    return true;
}

std::size_t FrameRing::read(audio::AudioView out) noexcept {
    const std::size_t taken = taken_.load(std::memory_order_relaxed);
    const std::size_t there = written_.load(std::memory_order_acquire) - taken;
    const std::size_t frames = std::min(there, out.frames());
    const auto channels = static_cast<std::size_t>(channels_);
    for (int c = 0; c < channels_; ++c) {
        std::size_t at = taken % std::max<std::size_t>(frames_, 1);
        for (float& sample : out.channel(c).first(frames)) {
            sample = memory_[at * channels + static_cast<std::size_t>(c)];
            at = at + 1 == frames_ ? 0 : at + 1;
        }
    }
    taken_.store(taken + frames, std::memory_order_release);
    return frames;
}

} // namespace gainstage::live
