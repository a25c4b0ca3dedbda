// SPDX-License-Identifier: MIT
#include "take/repeated_buffers.h"

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr std::uint64_t most_times = 3;
constexpr double least_rms = 0.001; // -60 dBFS: softer than that, few values are left to differ
constexpr std::size_t pattern = 16; // frames that are looked for again inside

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
    for (std::size_t which = 0; which < sizes.size(); ++which) {
        look_for(which, channel, index, {now, in.size()});
    }
    channel.position += in.size();
}

/// Of as many equal frames in a row as a size has, one is a multiple of it: only those are compared
/// until one is equal.
void RepeatedBuffers::look_for(std::size_t which,
                               Channel& channel,
                               int index,
                               std::span<const float> pushed) noexcept {
    const std::size_t size = sizes[which];
    const float* const x = pushed.data();
    const auto repeats = [&](const float* at) { return *at == *(at - size); };
    std::uint64_t equal = channel.equal[which];
    std::size_t n = 0;
    while (true) {
        if (equal == 0) {
            const std::uint64_t next = channel.position + n + size - 1;
            n = static_cast<std::size_t>(next / size * size - channel.position);
            while (n < pushed.size() && !repeats(x + n)) {
                n += size;
            }
            if (n >= pushed.size()) {
                break;
            }
            // One more than a run may have tells that it is too long.
            const std::uint64_t most =
                std::min<std::uint64_t>(channel.position + n, most_times * size + 2);
            while (equal < most && repeats(x + n - equal - 1)) {
                ++equal;
            }
        }
        while (n < pushed.size() && repeats(x + n)) {
            ++n;
            ++equal;
        }
        if (n == pushed.size()) {
            break;
        }
        if (equal >= size) {
            end_run(channel, index, size, equal, channel.position + n);
        }
        equal = 0;
    }
    channel.equal[which] = equal;
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
