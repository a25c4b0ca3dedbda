// SPDX-License-Identifier: MIT
// ClipLamps: a lamp a channel that stays on once full scale was reached, and says when. Finding
// clipping in a recording, also below full scale, is take/flat_tops.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "units/quantity.h"

#include <array>
#include <cstdint>
#include <optional>

namespace gainstage::live {

struct ClipLamp {
    std::uint64_t clips = 0; ///< runs of full-scale samples
    Seconds first{0.0};      ///< when it went on
    Seconds last{0.0};       ///< the latest run's start
};

/// One sample is enough: a lamp warns, it doesn't judge. Full scale is the largest 16-bit code and
/// above: converters deliver no more.
class ClipLamps {
public:
    static constexpr float full_scale = 32767.0f / 32768.0f;

    void prepare(const audio::Spec& spec) noexcept;     // [main]
    void reset() noexcept;                              // [audio] puts them out; time goes on
    void process(audio::ConstAudioView block) noexcept; // [audio]

    [[nodiscard]] const ClipLamp& lamp(int channel) const noexcept {
        return lamps_[static_cast<std::size_t>(channel)];
    }

private:
    double sample_rate_hz_ = 48000.0;
    std::uint64_t frames_ = 0;
    std::array<ClipLamp, audio::max_channels> lamps_{};
    std::array<bool, audio::max_channels> is_in_run_{};
};

} // namespace gainstage::live
