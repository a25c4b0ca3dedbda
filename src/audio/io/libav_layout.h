// SPDX-License-Identifier: MIT
// libav_layout: libav's channel layouts as our loudspeaker labels.
#pragma once

#include "audio/layout.h"

struct AVChannelLayout;

namespace gainstage::audio::io {

/// One label a channel, in the order of the decoder's output; ChannelLayout::default_for() where
/// the file says only how many there are. Ambisonics have no loudspeakers: all `unknown`.
ChannelLayout layout_of(const AVChannelLayout& layout);

} // namespace gainstage::audio::io
