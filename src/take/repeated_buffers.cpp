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
        channel.samples.resize(history);
    }
    listed_.clear();
    listed_.reserve(RepeatedBuffersFound::max_listed * channels_.size());
}

void RepeatedBuffers::reset() noexcept {
    for (Channel& channel : channels_) {
        std::ranges::fill(channel.samples, 0.0f);
        channel.equal = {};
        channel.position = 0;
        channel.count = 0;
    }
    listed_.clear();
}

void RepeatedBuffers::process(audio::ConstAudioView block) noexcept {
    for (int c = 0; c < block.channels(); ++c) {
        Channel& channel = channels_[static_cast<std::size_t>(c)];
        for (const float sample : block.channel(c)) {
            const float x = std::isfinite(sample) ? sample : 0.0f;
            for (std::size_t i = 0; i < sizes.size(); ++i) {
                const float before = channel.samples[(channel.position - sizes[i]) % history];
                if (x == before) {
                    ++channel.equal[i];
                } else if (channel.equal[i] != 0) {
                    const std::uint64_t equal = channel.equal[i];
                    channel.equal[i] = 0;
                    if (equal >= sizes[i]) {
                        end_run(channel, c, sizes[i], equal);
                    }
                }
            }
            channel.samples[channel.position % history] = x;
            ++channel.position;
        }
    }
}

/// `equal` frames that end at the last one were as those `size` before.
void RepeatedBuffers::end_run(Channel& channel,
                              int index,
                              std::size_t size,
                              std::uint64_t equal) noexcept {
    const std::uint64_t times = equal / size;
    const std::uint64_t start = channel.position - equal;
    // One frame more may be equal by chance.
    if (equal % size <= 1 && times <= most_times && equal + size < history && start >= size &&
        is_one_of_its_kind(channel, size, start)) {
        ++channel.count;
        if (listed_.size() < listed_.capacity()) {
            listed_.push_back({index, start, equal});
        }
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

RepeatedBuffersFound RepeatedBuffers::found() const {
    RepeatedBuffersFound found;
    for (const Channel& channel : channels_) {
        found.count += channel.count;
    }
    found.first = listed_;
    std::ranges::stable_sort(found.first, {}, &RepeatedBuffer::first_frame);
    found.first.resize(std::min(found.first.size(), RepeatedBuffersFound::max_listed));
    return found;
}

} // namespace gainstage::take
