// SPDX-License-Identifier: MIT
#include "audio/io/sndfile_layout.h"

#include "audio/io/rear_pair.h"

#include <algorithm>
#include <numeric>

namespace gainstage::audio::io {
namespace {

struct Place {
    int position;
    Speaker speaker;
};

// Where two positions are one loudspeaker, the first is the one written.
constexpr Place places[] = {
    {SF_CHANNEL_MAP_MONO, Speaker::mono},
    {SF_CHANNEL_MAP_LEFT, Speaker::left},
    {SF_CHANNEL_MAP_RIGHT, Speaker::right},
    {SF_CHANNEL_MAP_CENTER, Speaker::centre},
    {SF_CHANNEL_MAP_FRONT_LEFT, Speaker::left},
    {SF_CHANNEL_MAP_FRONT_RIGHT, Speaker::right},
    {SF_CHANNEL_MAP_FRONT_CENTER, Speaker::centre},
    {SF_CHANNEL_MAP_LFE, Speaker::lfe},
    {SF_CHANNEL_MAP_SIDE_LEFT, Speaker::left_surround},
    {SF_CHANNEL_MAP_SIDE_RIGHT, Speaker::right_surround},
    {SF_CHANNEL_MAP_REAR_LEFT, Speaker::left_rear},
    {SF_CHANNEL_MAP_REAR_RIGHT, Speaker::right_rear},
    {SF_CHANNEL_MAP_REAR_CENTER, Speaker::centre_rear},
    {SF_CHANNEL_MAP_FRONT_LEFT_OF_CENTER, Speaker::left_centre},
    {SF_CHANNEL_MAP_FRONT_RIGHT_OF_CENTER, Speaker::right_centre},
    {SF_CHANNEL_MAP_TOP_CENTER, Speaker::top_centre},
    {SF_CHANNEL_MAP_TOP_FRONT_LEFT, Speaker::top_left_front},
    {SF_CHANNEL_MAP_TOP_FRONT_RIGHT, Speaker::top_right_front},
    {SF_CHANNEL_MAP_TOP_FRONT_CENTER, Speaker::top_centre_front},
    {SF_CHANNEL_MAP_TOP_REAR_LEFT, Speaker::top_left_rear},
    {SF_CHANNEL_MAP_TOP_REAR_RIGHT, Speaker::top_right_rear},
    {SF_CHANNEL_MAP_TOP_REAR_CENTER, Speaker::top_centre_rear},
};

Speaker speaker_at(int position) {
    const auto* place = std::ranges::find(places, position, &Place::position);
    return place == std::end(places) ? Speaker::unknown : place->speaker;
}

int position_of(Speaker speaker) {
    const auto* place = std::ranges::find(places, speaker, &Place::speaker);
    return place == std::end(places) ? SF_CHANNEL_MAP_INVALID : place->position;
}

} // namespace

ChannelLayout layout_of(SNDFILE* file, const SF_INFO& format) {
    const int channels = format.channels;
    std::vector<int> map(static_cast<std::size_t>(channels));
    const int bytes = static_cast<int>(map.size() * sizeof(int));
    // One or two channels are mono or stereo whatever else they may be called.
    if (channels <= 2 || sf_command(file, SFC_GET_CHANNEL_MAP_INFO, map.data(), bytes) != SF_TRUE) {
        return ChannelLayout::default_for(channels);
    }
    std::vector<Speaker> speakers(map.size());
    std::ranges::transform(map, speakers.begin(), speaker_at);
    return with_lone_rear_pair_as_surround(std::move(speakers));
}

std::vector<std::size_t> wave_order(const SF_INFO& format) {
    std::vector<std::size_t> order(static_cast<std::size_t>(format.channels));
    std::iota(order.begin(), order.end(), std::size_t{0});
    if ((format.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_OGG) {
        return order;
    }
    // Vorbis I specification, 4.3.9: L C R, then Ls Rs, then the rear, then LFE. Opus mapping
    // family 1 is the same.
    switch (format.channels) {
    case 3:
        return {0, 2, 1};
    case 5:
        return {0, 2, 1, 3, 4};
    case 6:
        return {0, 2, 1, 5, 3, 4};
    case 7:
        return {0, 2, 1, 6, 5, 3, 4};
    case 8:
        return {0, 2, 1, 7, 5, 6, 3, 4};
    default:
        return order;
    }
}

std::vector<int> sndfile_map(const ChannelLayout& layout) {
    std::vector<int> map;
    for (int c = 0; c < layout.channels(); ++c) {
        map.push_back(position_of(layout[c]));
    }
    return map;
}

} // namespace gainstage::audio::io
