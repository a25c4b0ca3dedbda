// SPDX-License-Identifier: MIT
// render: the programme through gain and limiter, once, block by block, with the readings that a
// master is judged by. It writes no file: whoever wants the audio is handed each block.
#pragma once

#include "audio/io/watch.h"
#include "master/programme.h"
#include "units/gain.h"
#include "units/level.h"

#include <functional>
#include <optional>
#include <vector>

namespace gainstage::master {

struct RenderSettings {
    Gain drive;
    std::optional<Dbtp> threshold; ///< of the limiter; absent: gain alone, exact
};

struct RenderReading {
    Lufs integrated;
    Dbtp true_peak_16x;
    Gain max_reduction;              ///< of the limiter, positive
    Gain mean_reduction;             ///< of its mean gain over time, positive
    double limited_share = 0.0;      ///< share of the time with more than 0.1 dB
    std::vector<float> reduction_db; ///< the most in each 0.1 s, positive

    /// The reduction that all but the deepest hundredth of the time stays below: what the limiter
    /// does, without the one click that it catches.
    [[nodiscard]] Gain usual_max_reduction() const;
};

inline constexpr double render_hop_s = 0.1;

/// As long as the programme, whose length must be known (one pass was read): the limiter's delay is
/// taken out.
///   each    is handed every block in order; an Error from it ends the render
Result<RenderReading> render(Programme& programme,
                             const RenderSettings& settings,
                             const std::function<Status(audio::ConstAudioView)>& each,
                             const audio::io::Watch& watch);

} // namespace gainstage::master
