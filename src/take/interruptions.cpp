// SPDX-License-Identifier: MIT
#include "take/interruptions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gainstage::take {
namespace {

constexpr std::uint64_t least_zeros = 16;
constexpr double longest_gap_s = 0.1;
constexpr float least_edge = 0.5f;  // of the RMS around: a wave cut in its middle
constexpr float least_rms = 0.001f; // -60 dBFS: softer gaps aren't heard

/// Without a branch, as it is rare. No number is taken as silence.
bool has_silence(std::span<const float> samples) noexcept {
    int silent = 0;
    for (const float x : samples) {
        const float height = std::abs(x);
        silent += height > 0.0f && height <= std::numeric_limits<float>::max() ? 0 : 1;
    }
    return silent != 0;
}

} // namespace

void Interruptions::prepare(const audio::Spec& spec) {
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    moments_.prepare();
    sample_rate_hz_ = spec.sample_rate.value();
}

void Interruptions::reset() noexcept {
    std::ranges::fill(channels_, Channel{});
    moments_.reset();
}

void Interruptions::process(audio::ConstAudioView block) noexcept {
    by_turns(block, [&](audio::ConstAudioView turn) {
        for (int c = 0; c < turn.channels(); ++c) {
            Channel& channel = channels_[static_cast<std::size_t>(c)];
            const auto in = turn.channel(c);
            if (channel.zeros == 0 && channel.pending_zeros == 0 && !has_silence(in)) {
                skip(channel, in);
                continue;
            }
            for (const float x : in) {
                push(channel, c, std::isfinite(x) ? x : 0.0f);
            }
        }
    });
}

/// What push() does while there is nothing to look at.
void Interruptions::skip(Channel& channel, std::span<const float> in) noexcept {
    const std::size_t kept = std::min(window, in.size());
    channel.position += in.size() - kept;
    for (const float x : in.last(kept)) {
        channel.samples[channel.position % window] = x;
        ++channel.position;
    }
}

void Interruptions::push(Channel& channel, int index, float x) noexcept {
    const auto rms = [&] {
        float sum = 0.0f;
        for (const float y : channel.samples) {
            sum += y * y;
        }
        return std::sqrt(sum / static_cast<float>(window));
    };
    if (x == 0.0f) {
        if (channel.zeros == 0 && channel.position > 0) {
            channel.before_edge = std::abs(channel.samples[(channel.position - 1) % window]);
            channel.before_rms = channel.before_edge > 0.0f ? rms() : 0.0f;
        }
        ++channel.zeros;
    } else {
        const bool gap = channel.zeros >= least_zeros &&
                         static_cast<double>(channel.zeros) <= longest_gap_s * sample_rate_hz_ &&
                         channel.before_rms >= least_rms;
        if (gap) {
            channel.pending_zeros = channel.zeros;
            channel.pending_end = channel.position;
            channel.after_edge = std::abs(x);
        }
        channel.zeros = 0;
    }
    channel.samples[channel.position % window] = x;
    ++channel.position;
    if (channel.pending_zeros > 0 && channel.position == channel.pending_end + window) {
        const float after_rms = rms();
        const bool cut = channel.before_edge >= least_edge * channel.before_rms;
        const bool resumed = channel.after_edge >= least_edge * after_rms;
        if (after_rms >= least_rms && cut && resumed) {
            moments_.add(
                {index, channel.pending_end - channel.pending_zeros, channel.pending_zeros});
        }
        channel.pending_zeros = 0;
    }
}

} // namespace gainstage::take
