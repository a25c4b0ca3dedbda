// SPDX-License-Identifier: MIT
// fold: how each channel of a stem reaches the left and right of the mix: pan for mono, balance for
// stereo, a downmix for more. Not a stereo widener and not a room: gains only.
#pragma once

#include "audio/layout.h"
#include "units/gain.h"

#include <vector>

namespace gainstage::mix {

/// Linear factors of one channel.
struct StereoGains {
    double left = 0.0;
    double right = 0.0;
};

/// One a channel, for a stem played at `gain` and `pan` (-1 left … +1 right).
///   1 channel    process::pan_gains: constant power, -3.01 dB each in the middle
///   2 channels   process::balance_gains, whatever the channels are called; untouched in the middle
///   more         front left and right at 0 dB; centre at -3.01 dB into both; surrounds, rears and
///   heights at -3.01 dB
///                into their side, those in the middle at -6.02 dB into both; channels without a
///                stated place at -3.01 dB into both; LFE left out; then the balance
///   source       ITU-R BS.775-3 Annex 4 (2/0 from 3/2); heights, rears and unknown ones by the
///   same reasoning
std::vector<StereoGains> fold(const audio::ChannelLayout& layout, double pan, Gain gain);

} // namespace gainstage::mix
