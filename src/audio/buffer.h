// SPDX-License-Identifier: MIT
// AudioBuffer: planar audio that is owned here; every channel starts on a cache line.
#pragma once

#include "audio/view.h"

#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace gainstage::audio {

/// `channels` x `frames` samples, zeroed. Allocates in the constructor only.
class AudioBuffer {
public:
    AudioBuffer() = default;

    AudioBuffer(int channels, std::size_t frames)
        : frames_(frames),
          stride_((frames + floats_per_line - 1) / floats_per_line * floats_per_line) {
        const std::size_t total = stride_ * static_cast<std::size_t>(channels);
        samples_.reset(static_cast<float*>(::operator new (
            std::max<std::size_t>(total, 1) * sizeof(float), std::align_val_t{alignment})));
        std::fill_n(samples_.get(), total, 0.0f);
        for (int c = 0; c < channels; ++c) {
            pointers_.push_back(samples_.get() + stride_ * static_cast<std::size_t>(c));
        }
    }

    [[nodiscard]] int channels() const noexcept { return static_cast<int>(pointers_.size()); }

    [[nodiscard]] std::size_t frames() const noexcept { return frames_; }

    [[nodiscard]] AudioView view() noexcept { return {pointers_.data(), channels(), frames_}; }

    [[nodiscard]] ConstAudioView view() const noexcept {
        return {const_cast<const float* const*>(pointers_.data()), channels(), frames_};
    }

    [[nodiscard]] std::span<float> channel(int index) noexcept { return view().channel(index); }

    [[nodiscard]] std::span<const float> channel(int index) const noexcept {
        return view().channel(index);
    }

private:
    static constexpr std::size_t alignment = 64;
    static constexpr std::size_t floats_per_line = alignment / sizeof(float);

    struct Free {
        void operator()(float* p) const noexcept {
            ::operator delete (p, std::align_val_t{alignment});
        }
    };

    std::unique_ptr<float[], Free> samples_;
    std::vector<float*> pointers_;
    std::size_t frames_ = 0;
    std::size_t stride_ = 0;
};

} // namespace gainstage::audio
