// SPDX-License-Identifier: MIT
#include "live/capture.h"

#include <cmath>

namespace gainstage::live {

void Inlet::prepare(int channels, Hertz sample_rate) {
    constexpr double ring_s = 2.0; // a disk that thinks; at 64 channels of 192 kHz 98 MB
    ring_.prepare(channels, static_cast<std::size_t>(std::ceil(ring_s * sample_rate.value())));
}

void Inlet::deliver(audio::ConstAudioView block) noexcept {
    if (!ring_.write(block)) {
        lost_frames_.fetch_add(block.frames(), std::memory_order_relaxed);
    }
}

void Inlet::end(Ending why) noexcept {
    Ending none = Ending::none;
    ending_.compare_exchange_strong(none, why, std::memory_order_acq_rel);
}

Result<std::unique_ptr<Capture>> open_capture(const CaptureOptions& options) {
    if (options.back_end == BackEnd::rtaudio) {
        return open_rtaudio(options);
    }
    auto jack = open_jack(options);
    const bool wants_jack = options.back_end == BackEnd::jack || !options.inputs.empty();
    if (jack || wants_jack) {
        return jack;
    }
    auto card = open_rtaudio(options);
    if (card || card.error().kind == ErrorKind::usage) { // it is there, but hasn't what was asked
        return card;
    }
    return Error{ErrorKind::unreadable, "listen", jack.error().what + ", and " + card.error().what,
                 jack.error().action};
}

std::vector<Device> devices() {
    std::vector<Device> all;
    add_jack_devices(all);
    add_rtaudio_devices(all);
    return all;
}

} // namespace gainstage::live
