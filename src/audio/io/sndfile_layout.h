// SPDX-License-Identifier: MIT
// sndfile_layout: our loudspeaker labels and libsndfile's.
#pragma once

#include "audio/layout.h"

#include <sndfile.h>

#include <cstddef>
#include <vector>

namespace gainstage::audio::io {

/// What an open file says of its channels, ChannelLayout::default_for() where it doesn't; after
/// they were put into wave_order().
ChannelLayout layout_of(SNDFILE* file, const SF_INFO& format);

/// Which of the file's channels comes first, second… in WAVE order. Only Ogg has another, and
/// libsndfile keeps it without saying so.
std::vector<std::size_t> wave_order(const SF_INFO& format);

/// One SF_CHANNEL_MAP_* a channel; SF_CHANNEL_MAP_INVALID for a place that libsndfile has no name
/// for.
std::vector<int> sndfile_map(const ChannelLayout& layout);

} // namespace gainstage::audio::io
