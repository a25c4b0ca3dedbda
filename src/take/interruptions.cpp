// SPDX-License-Identifier: MIT
#include "take/interruptions.h"

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr std::uint64_t least_zeros = 16;
constexpr double longest_gap_s = 0.1;
constexpr float least_edge = 0.5f;  // of the RMS around: a wave cut in its middle
constexpr float least_rms = 0.001f; // -60 dBFS: softer gaps aren't heard

} // namespace

void Interruptions::prepare(const audio::Spec& spec) {
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    listed_.clear();
    listed_.reserve(InterruptionsFound::max_listed * channels_.size());
    sample_rate_hz_ = spec.sample_rate.value();
}

void Interruptions::reset() noexcept {
    std::ranges::fill(channels_, Channel{});
    listed_.clear();
}

void Interruptions::process(audio::ConstAudioView block) noexcept {
    for (int c = 0; c < block.channels(); ++c) {
        Channel& channel = channels_[static_cast<std::size_t>(c)];
        for (const float x : block.channel(c)) {
            push(channel, c, std::isfinite(x) ? x : 0.0f);
        }
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
            end_gap(channel, index);
        }
        channel.pending_zeros = 0;
    }
}

void Interruptions::end_gap(Channel& channel, int index) noexcept {
    ++channel.dropouts;
    list({index, channel.pending_end - channel.pending_zeros, channel.pending_zeros});
}

void Interruptions::list(const Interruption& interruption) noexcept {
    if (listed_.size() < listed_.capacity()) {
        listed_.push_back(interruption);
    }
}

InterruptionsFound Interruptions::found() const {
    InterruptionsFound found;
    for (const Channel& channel : channels_) {
        found.dropouts += channel.dropouts;
    }
    found.first = listed_;
    std::ranges::stable_sort(found.first, {}, &Interruption::first_frame);
    found.first.resize(std::min(found.first.size(), InterruptionsFound::max_listed));
    return found;
}

} // namespace gainstage::take
