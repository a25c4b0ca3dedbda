// SPDX-License-Identifier: MIT
#include "live/cut_off_lamps.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <future>
#include <optional>
#include <thread>

namespace gainstage::live {
namespace {

/// What single samples say of the first seconds changes: there is too little to compare them with.
constexpr double enough_heard_s = 10.0;

float level_of(const take::FlatTopsFound& found) {
    float highest = 0.0f;
    for (const take::FlatTop& top : found.first) {
        highest = std::max(highest, std::abs(top.level));
    }
    return highest;
}

void sort_by_time(std::vector<take::FlatTop>& tops) {
    std::ranges::stable_sort(tops, {}, &take::FlatTop::first_frame);
    tops.resize(std::min(tops.size(), take::FlatTopsFound::max_listed));
}

/// `later` counts its frames from `frame` on.
void add(take::FlatTopsFound& all, const take::FlatTopsFound& later, std::uint64_t frame) {
    all.count += later.count;
    all.exact += later.exact;
    const auto append = [&](std::vector<take::FlatTop>& to,
                            const std::vector<take::FlatTop>& tops) {
        for (take::FlatTop top : tops) {
            top.first_frame += frame;
            to.push_back(top);
        }
    };
    append(all.first, later.first);
    append(all.full_scale, later.full_scale);
    append(all.held, later.held);
}

} // namespace

void CutOffLamps::prepare(const audio::Spec& spec) {
    sample_rate_hz_ = spec.sample_rate.value();
    audio::Spec mono = spec;
    mono.layout = audio::ChannelLayout::default_for(1);
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    for (Channel& channel : channels_) {
        channel.heard.prepare(mono);
    }
    before_ = {};
    run_ = run_begin_ = frames_ = 0;
    next_ = 0;
}

void CutOffLamps::process(audio::ConstAudioView block) noexcept {
    for (int c = 0; c < block.channels(); ++c) {
        const float* const samples = block.channel(c).data();
        channels_[static_cast<std::size_t>(c)].heard.process({&samples, 1, block.frames()});
    }
    frames_ += block.frames();
}

void CutOffLamps::reset() {
    look(); // what clipped within the last second
    before_ = found();
    for (Channel& channel : channels_) {
        channel.heard.reset();
        channel.found = {};
        channel.peaks_looked_at = 0;
        channel.depths_are_rough = channel.was_seen_closely = false;
        channel.lamp = {};
    }
    ++run_;
    run_begin_ = frames_;
}

void CutOffLamps::tell(Channel& channel, take::FlatTopsFound found, take::FlatTops::Look look) {
    if (found.count == 0 && channel.found.count > 0) {
        return; // what was told stays
    }
    const auto index = static_cast<int>(&channel - channels_.data());
    for (auto* const list : {&found.first, &found.full_scale, &found.held}) {
        for (take::FlatTop& top : *list) {
            top.channel = index;
        }
    }
    channel.found = std::move(found);
    channel.depths_are_rough = look == take::FlatTops::Look::by_shape;
    if (channel.found.count > 0) {
        light(channel);
    }
}

void CutOffLamps::light(Channel& channel) const {
    const take::FlatTopsFound& found = channel.found;
    CutOffLamp& lamp = channel.lamp;
    const Seconds first{static_cast<double>(run_begin_ + found.first.front().first_frame) /
                        sample_rate_hz_};
    lamp.first = lamp.is_on() ? std::min(lamp.first, first) : first;
    lamp.peaks = std::max(lamp.peaks, found.count);
    lamp.level = std::max(lamp.level, Dbfs::from_amplitude(static_cast<double>(level_of(found))));
    if (channel.depths_are_rough && channel.was_seen_closely) {
        return; // the next close look says it better
    }
    channel.was_seen_closely = !channel.depths_are_rough;
    lamp.depth = take::told_depth_of(found.first);
}

void CutOffLamps::look() {
    for (Channel& channel : channels_) {
        auto found = channel.heard.found(take::FlatTops::Look::by_shape);
        if (found.count > channel.found.count) {
            tell(channel, std::move(found), take::FlatTops::Look::by_shape);
        }
    }
}

/// Whether a close look at a channel may find something new; then it is taken to follow.
bool CutOffLamps::begin_closely(Channel& channel) {
    const std::uint64_t seen = channel.heard.highest_peaks_seen();
    const bool is_new = seen != channel.peaks_looked_at || channel.depths_are_rough;
    channel.peaks_looked_at = seen;
    channel.depths_are_rough = false;
    return is_new;
}

bool CutOffLamps::begin(CloseLook& look) {
    if (static_cast<double>(frames_ - run_begin_) < enough_heard_s * sample_rate_hz_) {
        return false;
    }
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        const std::size_t at = (next_ + i) % channels_.size();
        Channel& channel = channels_[at];
        if (begin_closely(channel)) {
            look.channel_ = at;
            look.run_ = run_;
            look.heard_ = channel.heard;
            next_ = at + 1;
            return true;
        }
    }
    return false;
}

void CutOffLamps::end(const CloseLook& look) {
    if (look.run_ == run_) {
        tell(channels_[look.channel_], look.found_, take::FlatTops::Look::closely);
    }
}

void CutOffLamps::look_closely() {
    look();
    std::vector<std::optional<take::FlatTopsFound>> found(channels_.size());
    std::atomic<std::size_t> next{0};
    const auto look_at_new = [&] {
        for (std::size_t c = next++; c < channels_.size(); c = next++) {
            Channel& channel = channels_[c];
            if (begin_closely(channel)) {
                found[c] = channel.heard.found();
            }
        }
    };
    std::vector<std::future<void>> others; // all that this machine has: somebody waits
    const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
    for (std::size_t i = 1; i < std::min(cores, channels_.size()); ++i) {
        others.push_back(std::async(std::launch::async, look_at_new));
    }
    look_at_new();
    for (std::future<void>& other : others) {
        other.get();
    }
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        if (found[c]) {
            tell(channels_[c], std::move(*found[c]), take::FlatTops::Look::closely);
        }
    }
}

take::FlatTopsFound CutOffLamps::found() const {
    take::FlatTopsFound all = before_;
    for (const Channel& channel : channels_) {
        add(all, channel.found, run_begin_);
    }
    std::erase_if(all.held, [&](const take::FlatTop& held) { // once it clips for sure
        return std::ranges::find(all.first, held.channel, &take::FlatTop::channel) !=
               all.first.end();
    });
    for (auto* const list : {&all.first, &all.full_scale, &all.held}) {
        sort_by_time(*list);
    }
    return all;
}

} // namespace gainstage::live
