// SPDX-License-Identifier: MIT
#include "take/exposure.h"

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

// 2400 samples of Gaussian noise reach 3.5 standard deviations in the mean: 11 dB; 6 dB beyond.
constexpr Gain over_noise = Gain::from_db(18.0);
constexpr Dbfs usual_low{-60.0}; // working value: a 16-bit recorder's noise peaks there

std::size_t bin_of(Dbfs peak) noexcept {
    const double place = (peak.db() - Exposure::lowest_dbfs) / Exposure::bin_db;
    return static_cast<std::size_t>(
        std::clamp(place, 0.0, static_cast<double>(Exposure::bins - 1)));
}

} // namespace

verdict::Zone Exposure::zone_of(Dbfs peak) const noexcept {
    if (peak >= clip) {
        return verdict::Zone::clip;
    }
    if (peak >= hot) {
        return verdict::Zone::hot;
    }
    return peak < near_noise ? verdict::Zone::noise : verdict::Zone::target;
}

Exposure expose(std::span<const float> peaks,
                Seconds hop,
                std::optional<DbfsRmsMath> noise_floor,
                Dbfs clip,
                const verdict::Targets& targets) {
    Exposure exposure;
    // A tenth of a decibel for noise on a clipped top, and for 32767/32768.
    exposure.clip = clip - Gain::from_db(0.1);
    exposure.hot = std::min(exposure.clip, Dbfs{targets["recording.peak_max_dbfs"]});
    const Dbfs low =
        noise_floor && !noise_floor->is_silent() ? Dbfs{noise_floor->db()} + over_noise : usual_low;
    exposure.near_noise = std::min(low, exposure.hot);
    double heard = 0.0;
    for (const float peak : peaks) {
        if (peak <= 0.0f) {
            continue;
        }
        const Dbfs level = Dbfs::from_amplitude(static_cast<double>(peak));
        heard += 1.0;
        exposure.histogram[bin_of(level)] += 1.0;
        exposure.zone_share[static_cast<std::size_t>(exposure.zone_of(level))] += 1.0;
    }
    for (auto* shares : {exposure.histogram.data(), exposure.zone_share.data()}) {
        const std::size_t count = shares == exposure.histogram.data() ? Exposure::bins : 4;
        std::for_each(shares, shares + count, [&](double& x) { x /= std::max(1.0, heard); });
    }
    const std::size_t each = std::max<std::size_t>(1, (peaks.size() + Exposure::most_moments - 1) /
                                                          Exposure::most_moments);
    exposure.moment = Seconds{static_cast<double>(each) * hop.value()};
    for (std::size_t first = 0; first < peaks.size(); first += each) {
        const auto part = peaks.subspan(first, std::min(each, peaks.size() - first));
        exposure.moments.push_back(
            Dbfs::from_amplitude(static_cast<double>(*std::ranges::max_element(part))));
    }
    return exposure;
}

} // namespace gainstage::take
