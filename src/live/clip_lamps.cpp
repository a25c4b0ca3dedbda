// SPDX-License-Identifier: MIT
#include "live/clip_lamps.h"

#include <cmath>

namespace gainstage::live {

void ClipLamps::prepare(const audio::Spec& spec) noexcept {
    sample_rate_hz_ = spec.sample_rate.value();
    frames_ = 0;
    is_in_run_ = {};
    reset();
}

void ClipLamps::reset() noexcept { lamps_ = {}; }

void ClipLamps::process(audio::ConstAudioView block) noexcept {
    for (int c = 0; c < block.channels(); ++c) {
        const auto index = static_cast<std::size_t>(c);
        const auto signal = block.channel(c);
        for (std::size_t n = 0; n < signal.size(); ++n) {
            const bool is_full = std::abs(signal[n]) >= full_scale; // false for NaN
            if (is_full && !is_in_run_[index]) {
                ClipLamp& lamp = lamps_[index];
                lamp.last = Seconds{static_cast<double>(frames_ + n) / sample_rate_hz_};
                lamp.first = lamp.clips == 0 ? lamp.last : lamp.first;
                ++lamp.clips;
            }
            is_in_run_[index] = is_full;
        }
    }
    frames_ += block.frames();
}

} // namespace gainstage::live
