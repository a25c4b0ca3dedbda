// SPDX-License-Identifier: MIT
#include "take/same_channels.h"

#include <cmath>

namespace gainstage::take {

void SameChannels::process(audio::ConstAudioView block) noexcept {
    channels_ = block.channels();
    if (channels_ != 2) {
        return;
    }
    const auto left = block.channel(0);
    const auto right = block.channel(1);
    double power = 0.0;
    double difference = 0.0;
    for (std::size_t n = 0; n < left.size(); ++n) {
        const double l = std::isfinite(left[n]) ? static_cast<double>(left[n]) : 0.0;
        const double r = std::isfinite(right[n]) ? static_cast<double>(right[n]) : 0.0;
        power += l * l + r * r;
        difference += (l - r) * (l - r);
    }
    power_ += power;
    difference_ += difference;
}

bool SameChannels::found() const noexcept {
    // -80 dB of the mean power of one channel: 1e-8 * power / 2
    return channels_ == 2 && power_ > 0.0 && difference_ <= 0.5e-8 * power_;
}

} // namespace gainstage::take
