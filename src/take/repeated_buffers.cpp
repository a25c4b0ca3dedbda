// SPDX-License-Identifier: MIT
#include "take/repeated_buffers.h"

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr std::uint64_t most_times = 3;
constexpr double least_rms = 0.001; // -60 dBFS: softer than that, few values are left to differ
constexpr std::size_t pattern = 16; // frames that are looked for again inside
constexpr std::size_t stride = 16;  // frames that are compared at once

/// Without a branch: most often none are, or all.
std::size_t equal_frames(const float* x, const float* y, std::size_t frames) noexcept {
    std::uint32_t equal = 0;
    for (std::size_t n = 0; n < frames; ++n) {
        equal += x[n] == y[n] ? 1u : 0u;
    }
    return equal;
}

} // namespace

void RepeatedBuffers::prepare(const audio::Spec& spec) {
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    for (Channel& channel : channels_) {
        channel.samples.resize(2 * history);
    }
    moments_.prepare();
}

void RepeatedBuffers::reset() noexcept {
    for (Channel& channel : channels_) {
        std::ranges::fill(channel.samples, 0.0f);
        channel.equal = {};
        channel.position = 0;
    }
    moments_.reset();
}

void RepeatedBuffers::process(audio::ConstAudioView block) noexcept {
    by_turns(block, [&](audio::ConstAudioView turn) {
        for (int c = 0; c < turn.channels(); ++c) {
            push(channels_[static_cast<std::size_t>(c)], c, turn.channel(c));
        }
    });
}

void RepeatedBuffers::push(Channel& channel, int index, std::span<const float> in) noexcept {
    for (std::size_t n = 0; n < in.size(); ++n) {
        const std::size_t at = (channel.position + n) % history;
        channel.samples[at] = channel.samples[at + history] = std::isfinite(in[n]) ? in[n] : 0.0f;
    }
    // As they lie: what is pushed at once is far shorter than the history.
    const float* now = channel.samples.data() + history + channel.position % history;
    now -= channel.position % history + in.size() > history ? history : 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        for (std::size_t n = 0; n < in.size(); n += stride) {
            const std::size_t frames = std::min(stride, in.size() - n);
            const float* x = now + n;
            const std::size_t equal = equal_frames(x, x - sizes[i], frames);
            if (equal == frames) { // as in silence
                channel.equal[i] += frames;
            } else if (channel.equal[i] + equal != 0) {
                compare(channel, index, i, x, channel.position + n, frames);
            }
        }
    }
    channel.position += in.size();
}

/// The next frames, from `position` on, with those a size before.
void RepeatedBuffers::compare(Channel& channel,
                              int index,
                              std::size_t size_at,
                              const float* x,
                              std::uint64_t position,
                              std::size_t frames) noexcept {
    const std::size_t size = sizes[size_at];
    std::uint64_t& equal = channel.equal[size_at];
    for (std::size_t n = 0; n < frames; ++n) {
        if (x[n] == *(x + n - size)) {
            ++equal;
        } else {
            if (equal >= size) {
                end_run(channel, index, size, equal, position + n);
            }
            equal = 0;
        }
    }
}

/// `equal` frames before `end` were as those `size` before.
void RepeatedBuffers::end_run(Channel& channel,
                              int index,
                              std::size_t size,
                              std::uint64_t equal,
                              std::uint64_t end) noexcept {
    const std::uint64_t times = equal / size;
    const std::uint64_t start = end - equal;
    // One frame more may be equal by chance.
    if (equal % size <= 1 && times <= most_times && equal + size < looked_back && start >= size &&
        is_one_of_its_kind(channel, size, start)) {
        moments_.add({index, start, equal});
    }
}

/// Loud enough, and nothing in it repeats.
bool RepeatedBuffers::is_one_of_its_kind(const Channel& channel,
                                         std::size_t size,
                                         std::uint64_t start) noexcept {
    const auto at = [&](std::uint64_t frame) { return channel.samples[frame % history]; };
    double power = 0.0;
    for (std::size_t n = 0; n < size; ++n) {
        power += static_cast<double>(at(start + n)) * static_cast<double>(at(start + n));
    }
    if (power < least_rms * least_rms * static_cast<double>(size)) {
        return false;
    }
    for (std::size_t lag = 1; lag + pattern <= size; ++lag) {
        std::size_t same = 0;
        while (same < pattern && at(start + same) == at(start + lag + same)) {
            ++same;
        }
        if (same == pattern) {
            return false;
        }
    }
    return true;
}

} // namespace gainstage::take
