// SPDX-License-Identifier: MIT
// StreamMeter: the bridge behind the C and Python interfaces. It takes samples as callers have them
// (planar, or with any strides and in either precision) and keeps what it read until more comes.
#pragma once

#include "audio/buffer.h"
#include "meter/bridge.h"

#include <cstring>
#include <string_view>

namespace gainstage::library {

/// Samples somewhere in memory: sample (frame, channel) lies frame * frame_step + channel *
/// channel_step bytes after the first. Not necessarily aligned.
template <typename Sample>
struct Strided {
    const void* first = nullptr;
    std::ptrdiff_t frame_step = 0;
    std::ptrdiff_t channel_step = 0;
    std::size_t frames = 0;
};

class StreamMeter {
public:
    /// [main] Throws std::invalid_argument for a rate or a layout that can't be metered.
    StreamMeter(Hertz sample_rate, audio::ChannelLayout layout, meter::BridgeOptions options);

    void reset() noexcept; // [audio]

    void feed(audio::ConstAudioView block) noexcept; // [audio] any number of frames

    /// The same through a buffer of our own. [audio]
    template <typename Sample>
    void feed(const Strided<Sample>& samples) noexcept {
        for (std::size_t at = 0; at < samples.frames; at += block_frames) {
            const std::size_t frames = std::min(block_frames, samples.frames - at);
            const audio::AudioView block = planar_.view().first(frames);
            for (int c = 0; c < block.channels(); ++c) {
                gather(samples, at, c, block.channel(c));
            }
            feed(block);
        }
    }

    /// Everything fed so far. Measured once, however many readings are asked for. [main]
    [[nodiscard]] const meter::Measurement& measurement();

    [[nodiscard]] int channels() const noexcept { return planar_.channels(); }

private:
    /// Small enough to stay in the first-level cache between gathering and metering.
    static constexpr std::size_t block_frames = 1024;

    template <typename Sample>
    static void gather(const Strided<Sample>& from,
                       std::size_t first_frame,
                       int channel,
                       std::span<float> to) noexcept {
        const auto* bytes = static_cast<const std::byte*>(from.first) +
                            static_cast<std::ptrdiff_t>(first_frame) * from.frame_step +
                            channel * from.channel_step;
        float* out = to.data();
        for (std::size_t n = 0; n < to.size(); ++n, bytes += from.frame_step) {
            Sample sample;
            std::memcpy(&sample, bytes, sizeof sample);
            out[n] = static_cast<float>(sample);
        }
    }

    meter::Bridge bridge_;
    audio::AudioBuffer planar_;
    meter::Measurement measurement_;
    bool measured_ = false;
};

/// One speaker a channel from short names ("L R C LFE Ls Rs", "M", "?"; spaces or commas between);
/// nothing where a name isn't known.
std::optional<audio::ChannelLayout> layout_from_names(std::string_view names);

} // namespace gainstage::library
