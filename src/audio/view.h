// SPDX-License-Identifier: MIT
// AudioView: planar audio that somebody else owns. One pointer a channel, all of the same number of
// frames.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>

namespace gainstage::audio {

/// The most channels anything here handles (22.2 with spare; MADI).
inline constexpr int max_channels = 64;

/// A block of planar audio; frames are samples per channel; linear, full scale = 1.0. Copying
/// copies the view.
template <typename Sample>
class BasicView {
public:
    BasicView() noexcept = default;

    /// channels[c] points to `frames` samples; the array of pointers must outlive the view.
    BasicView(Sample* const* channels,
              int channel_count,
              std::size_t frames,
              std::size_t offset = 0) noexcept
        : channels_(channels), channel_count_(channel_count), frames_(frames), offset_(offset) {}

    /// A view of mutable samples is a view of constant ones.
    operator BasicView<const Sample>() const noexcept // NOLINT(google-explicit-constructor)
        requires(!std::is_const_v<Sample>) {
        return {channels_, channel_count_, frames_, offset_};
    }

    [[nodiscard]] int channels() const noexcept { return channel_count_; }

    [[nodiscard]] std::size_t frames() const noexcept { return frames_; }

    [[nodiscard]] bool empty() const noexcept { return frames_ == 0 || channel_count_ == 0; }

    [[nodiscard]] std::span<Sample> channel(int index) const noexcept {
        return {channels_[index] + offset_, frames_};
    }

    /// Frames [first, first + count) of all channels; the range must lie inside.
    [[nodiscard]] BasicView slice(std::size_t first, std::size_t count) const noexcept {
        return {channels_, channel_count_, count, offset_ + first};
    }

    [[nodiscard]] BasicView first(std::size_t count) const noexcept { return slice(0, count); }

    void clear() const noexcept requires(!std::is_const_v<Sample>) {
        for (int c = 0; c < channel_count_; ++c) {
            std::ranges::fill(channel(c), Sample{});
        }
    }

private:
    Sample* const* channels_ = nullptr;
    int channel_count_ = 0;
    std::size_t frames_ = 0;
    std::size_t offset_ = 0;
};

using AudioView = BasicView<float>;
using ConstAudioView = BasicView<const float>;

/// Copies; both views have the same shape.
inline void copy(ConstAudioView from, AudioView to) noexcept {
    for (int c = 0; c < from.channels(); ++c) {
        std::ranges::copy(from.channel(c), to.channel(c).begin());
    }
}

} // namespace gainstage::audio
