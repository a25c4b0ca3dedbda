// SPDX-License-Identifier: MIT
// Exposure: how a take's levels lie between its noise and the clip point: the photographer's
// histogram, and the level over time. From the peaks of short stretches, because peaks are what a
// gain is set by; not loudness.
#pragma once

#include "units/level.h"
#include "units/quantity.h"
#include "verdict/target.h"
#include "verdict/zone.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

struct Exposure {
    static constexpr double lowest_dbfs = -72.0; ///< what lies lower counts into the first bin
    static constexpr double bin_db = 3.0;
    static constexpr std::size_t bins = 25; ///< the last from 0 dBFS up
    static constexpr std::size_t most_moments = 240;

    Dbfs near_noise; ///< blue under it
    Dbfs hot;        ///< yellow from here on
    Dbfs clip;       ///< red from here on

    std::array<double, bins> histogram{}; ///< of the time that isn't digital silence: shares
    std::array<double, 4> zone_share{};   ///< by zone, blue to red; all 0 in silence
    Seconds moment{0.0};                  ///< of the level over time
    std::vector<Dbfs> moments;            ///< the highest peak of each, at most most_moments

    [[nodiscard]] verdict::Zone zone_of(Dbfs peak) const noexcept;
};

/// Blue is what comes within 6 dB of the peaks of the noise floor (Gaussian noise peaks 12 dB over
/// its RMS in 50 ms), or under -60 dBFS where the floor isn't known; yellow begins at
/// recording.peak_max, red at the clip point.
///   in      peaks of short stretches, linear, full scale 1.0; `clip`: 0 dBFS, or where flat tops
///   lie
Exposure expose(std::span<const float> short_term_peaks,
                Seconds hop,
                std::optional<DbfsRmsMath> noise_floor,
                Dbfs clip,
                const verdict::Targets& targets);

} // namespace gainstage::take
