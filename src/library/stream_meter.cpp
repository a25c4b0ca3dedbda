// SPDX-License-Identifier: MIT
#include "library/stream_meter.h"

namespace gainstage::library {
namespace {

/// The speaker of this short name; nothing where there is none.
std::optional<audio::Speaker> speaker_named(std::string_view name) {
    constexpr int beyond_all = 64; // more than there are labels: short_name() says "?" for the rest
    for (int value = 0; value < beyond_all; ++value) {
        const auto speaker = static_cast<audio::Speaker>(value);
        if (audio::short_name(speaker) == name) {
            return speaker;
        }
    }
    return std::nullopt;
}

} // namespace

StreamMeter::StreamMeter(Hertz sample_rate,
                         audio::ChannelLayout layout,
                         meter::BridgeOptions options)
    : planar_(layout.channels(), block_frames) {
    bridge_.prepare({.sample_rate = sample_rate,
                     .layout = std::move(layout),
                     .max_frames = static_cast<int>(block_frames)},
                    options);
}

void StreamMeter::reset() noexcept {
    bridge_.reset();
    measured_ = false;
}

void StreamMeter::feed(audio::ConstAudioView block) noexcept {
    for (std::size_t at = 0; at < block.frames(); at += block_frames) {
        bridge_.process(block.slice(at, std::min(block_frames, block.frames() - at)));
    }
    measured_ = false;
}

const meter::Measurement& StreamMeter::measurement() {
    if (!measured_) {
        measurement_ = bridge_.measurement();
        measured_ = true;
    }
    return measurement_;
}

std::optional<audio::ChannelLayout> layout_from_names(std::string_view names) {
    constexpr std::string_view between = " ,";
    std::vector<audio::Speaker> speakers;
    for (std::size_t at = names.find_first_not_of(between); at != std::string_view::npos;
         at = names.find_first_not_of(between, at)) {
        const std::size_t end = std::min(names.find_first_of(between, at), names.size());
        const auto speaker = speaker_named(names.substr(at, end - at));
        if (!speaker) {
            return std::nullopt;
        }
        speakers.push_back(*speaker);
        at = end;
    }
    return audio::ChannelLayout{std::move(speakers)};
}

} // namespace gainstage::library
