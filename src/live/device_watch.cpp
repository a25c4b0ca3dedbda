// SPDX-License-Identifier: MIT
#include "live/device_watch.h"

#include <algorithm>
#include <cstring>

namespace gainstage::live {

void DeviceWatch::prepare(int channels, int max_frames, Hertz sample_rate) {
    sample_rate_hz_ = sample_rate.value();
    last_ = audio::AudioBuffer(channels, static_cast<std::size_t>(max_frames));
    last_frames_ = 0;
    before_s_ = -1e9;
    early_in_a_row_ = held_back_ = 0;
}

bool DeviceWatch::comes_early(std::size_t frames, Seconds now) noexcept {
    const double too_fast = early_in_a_row_ > 0 ? 2.0 : 50.0;
    const double elapsed_s = now.value() - before_s_;
    before_s_ = now.value();
    return elapsed_s * too_fast * sample_rate_hz_ < static_cast<double>(frames);
}

bool DeviceWatch::is_last_again(audio::ConstAudioView block) const noexcept {
    if (block.frames() != last_frames_) {
        return false;
    }
    for (int c = 0; c < block.channels(); ++c) { // bits: NaN is itself again
        if (std::memcmp(block.channel(c).data(), last_.channel(c).data(),
                        last_frames_ * sizeof(float)) != 0) {
            return false;
        }
    }
    return true;
}

void DeviceWatch::keep(audio::ConstAudioView block) noexcept {
    last_frames_ = block.frames() <= last_.frames() ? block.frames() : 0;
    for (int c = 0; c < block.channels() && last_frames_ > 0; ++c) {
        std::ranges::copy(block.channel(c), last_.channel(c).begin());
    }
}

} // namespace gainstage::live
