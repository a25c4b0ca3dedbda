// SPDX-License-Identifier: MIT
#include "audio/io/libav_layout.h"

#include "audio/io/libav_library.h"

#include "audio/io/rear_pair.h"

#include <algorithm>

extern "C" {
#include <libavutil/channel_layout.h>
}

namespace gainstage::audio::io {
namespace {

struct Place {
    AVChannel channel;
    Speaker speaker;
};

constexpr Place places[] = {
    {AV_CHAN_FRONT_LEFT, Speaker::left},
    {AV_CHAN_FRONT_RIGHT, Speaker::right},
    {AV_CHAN_FRONT_CENTER, Speaker::centre},
    {AV_CHAN_LOW_FREQUENCY, Speaker::lfe},
    {AV_CHAN_LOW_FREQUENCY_2, Speaker::lfe2},
    {AV_CHAN_BACK_LEFT, Speaker::left_rear},
    {AV_CHAN_BACK_RIGHT, Speaker::right_rear},
    {AV_CHAN_BACK_CENTER, Speaker::centre_rear},
    {AV_CHAN_FRONT_LEFT_OF_CENTER, Speaker::left_centre},
    {AV_CHAN_FRONT_RIGHT_OF_CENTER, Speaker::right_centre},
    {AV_CHAN_SIDE_LEFT, Speaker::left_surround},
    {AV_CHAN_SIDE_RIGHT, Speaker::right_surround},
    {AV_CHAN_WIDE_LEFT, Speaker::left_wide},
    {AV_CHAN_WIDE_RIGHT, Speaker::right_wide},
    {AV_CHAN_TOP_CENTER, Speaker::top_centre},
    {AV_CHAN_TOP_FRONT_LEFT, Speaker::top_left_front},
    {AV_CHAN_TOP_FRONT_CENTER, Speaker::top_centre_front},
    {AV_CHAN_TOP_FRONT_RIGHT, Speaker::top_right_front},
    {AV_CHAN_TOP_SIDE_LEFT, Speaker::top_left_side},
    {AV_CHAN_TOP_SIDE_RIGHT, Speaker::top_right_side},
    {AV_CHAN_TOP_BACK_LEFT, Speaker::top_left_rear},
    {AV_CHAN_TOP_BACK_CENTER, Speaker::top_centre_rear},
    {AV_CHAN_TOP_BACK_RIGHT, Speaker::top_right_rear},
    {AV_CHAN_BOTTOM_FRONT_LEFT, Speaker::bottom_left_front},
    {AV_CHAN_BOTTOM_FRONT_CENTER, Speaker::bottom_centre_front},
    {AV_CHAN_BOTTOM_FRONT_RIGHT, Speaker::bottom_right_front},
    {AV_CHAN_STEREO_LEFT, Speaker::left}, // a stereo downmix beside the surround mix
    {AV_CHAN_STEREO_RIGHT, Speaker::right},
};

Speaker speaker_at(AVChannel channel) {
    const auto* place = std::ranges::find(places, channel, &Place::channel);
    return place == std::end(places) ? Speaker::unknown : place->speaker;
}

} // namespace

ChannelLayout layout_of(const AVChannelLayout& layout) {
    const int channels = layout.nb_channels;
    if (channels <= 2 || layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        return ChannelLayout::default_for(channels);
    }
    std::vector<Speaker> speakers;
    for (int c = 0; c < channels; ++c) {
        speakers.push_back(speaker_at(
            libav().av_channel_layout_channel_from_index(&layout, static_cast<unsigned>(c))));
    }
    return with_lone_rear_pair_as_surround(std::move(speakers));
}

} // namespace gainstage::audio::io
