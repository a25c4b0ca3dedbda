// SPDX-License-Identifier: MIT
// SameChannels: whether a stereo stream holds one signal twice.
#pragma once

#include "audio/view.h"

namespace gainstage::take {

/// The two channels are the same, to the bit or within -80 dB of their own power: dither or a
/// converter's two noises, nothing anybody hears.
///   in      linear; NaN and Inf are taken as silence
class SameChannels {
public:
    void reset() noexcept { *this = {}; } // [audio]

    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    /// False for anything but two channels, and for silence.
    [[nodiscard]] bool found() const noexcept;

private:
    int channels_ = 0;
    double power_ = 0.0;      ///< of both channels, summed
    double difference_ = 0.0; ///< power of left - right, summed
};

} // namespace gainstage::take
