// SPDX-License-Identifier: MIT
// DeviceWatch: notices that a sound card is gone, where the library that reads it doesn't say so.
// RtAudio 5.2 goes on calling with the block it had last, as fast as it can: its C interface never
// calls the error function that it is given.
#pragma once

#include "audio/buffer.h"
#include "units/quantity.h"

#include <cstdint>

namespace gainstage::live {

/// Between a device's callback and the Inlet.
///   how   a block that comes in less than a fiftieth of the time that its frames last, and is the
///         last one again to the bit, is held back: it may be a quiet input catching up (then it
///         is delivered with the next block), or nothing at all. While one is held back, half its
///         time is too soon for another: the thread may be stopped anywhere. After `most_in_a_row`
///         such blocks, or overruns without a block between, the device is gone: no clock runs
///         fifty times too fast, and a driver that catches up has a few periods only
class DeviceWatch {
public:
    static constexpr int most_in_a_row = 200;

    void prepare(int channels, int max_frames, Hertz sample_rate); // [main] allocates

    /// `is_lost`: an overrun, the samples are those of before. now: on any steady clock. Calls
    /// deliver(block) for what is sound; false: the device is gone. [audio]
    template <typename Deliver>
    bool process(audio::ConstAudioView block, bool is_lost, Seconds now, Deliver&& deliver) {
        const bool is_early = comes_early(block.frames(), now);
        if (is_early && (is_lost || is_last_again(block))) {
            held_back_ += is_lost ? 0 : 1;
            return ++early_in_a_row_ < most_in_a_row;
        }
        for (; held_back_ > 0; --held_back_) {
            deliver(audio::ConstAudioView(last_.view().first(last_frames_)));
        }
        early_in_a_row_ = 0;
        if (!is_lost) {
            keep(block);
            deliver(block);
        }
        return true;
    }

private:
    [[nodiscard]] bool comes_early(std::size_t frames, Seconds now) noexcept;
    [[nodiscard]] bool is_last_again(audio::ConstAudioView block) const noexcept;
    void keep(audio::ConstAudioView block) noexcept;

    double sample_rate_hz_ = 48000.0;
    double before_s_ = -1e9;
    audio::AudioBuffer last_;
    std::size_t last_frames_ = 0;
    int early_in_a_row_ = 0;
    int held_back_ = 0;
};

} // namespace gainstage::live
