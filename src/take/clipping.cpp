// SPDX-License-Identifier: MIT
#include "take/clipping.h"

#include "meter/clipped_runs.h"
#include "meter/sample_peak.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr std::size_t most_times = 5; // in a sentence

/// "0:03.2, 0:07.9 and 34 more", of `count`
std::string times_of(const ClippingFound& found, ClippingKind kind, std::uint64_t count) {
    std::string times;
    std::size_t named = 0;
    std::uint64_t covered = 0; // several may fall on one tenth of a second
    std::string last;
    for (const ClippedSpot& spot : found.spots) {
        const double seconds = spot.start.value();
        const int minutes = static_cast<int>(seconds / 60.0);
        const std::string time = fmt::format("{}:{:04.1f}", minutes, seconds - 60.0 * minutes);
        if (spot.kind != kind || (time != last && named == most_times)) {
            continue;
        }
        ++covered;
        if (time == last) {
            continue;
        }
        times += (times.empty() ? "" : ", ") + time;
        last = time;
        ++named;
    }
    return times + (count > covered ? fmt::format(" and {} more", count - covered) : "");
}

/// ", by up to 3 dB", where it can be told.
std::string depth_words(const ClippingFound& found) {
    const Gain depth = found.depth();
    return depth > Gain::from_db(0.1) ? fmt::format(", by up to {:.1f} dB or so", depth.db()) : "";
}

std::optional<Gain> depth_at(const FlatTopsFound& flat, const meter::ClippedRun& run) {
    for (const FlatTop& top : flat.full_scale) {
        if (top.channel == run.channel && top.first_frame < run.first_frame + run.frames &&
            run.first_frame < top.first_frame + top.frames) {
            return top.depth;
        }
    }
    return std::nullopt;
}

void note_held_peaks(const std::vector<FlatTop>& held, ClippingFound& found) {
    found.held_peaks = held.size();
    for (const FlatTop& top : held) {
        const Dbfs level = Dbfs::from_amplitude(std::abs(static_cast<double>(top.level)));
        found.held_level = std::max(found.held_level.value_or(level), level);
    }
}

} // namespace

Gain told_depth(std::vector<Gain> depths) {
    constexpr double share = 0.95;
    if (depths.empty()) {
        return Gain{};
    }
    const auto at = static_cast<std::size_t>(share * static_cast<double>(depths.size() - 1));
    std::ranges::nth_element(depths, depths.begin() + static_cast<std::ptrdiff_t>(at));
    return depths[at];
}

Gain told_depth_of(std::span<const FlatTop> tops) {
    std::vector<Gain> depths;
    for (const FlatTop& top : tops) {
        if (!top.by_level_only) {
            depths.push_back(top.depth);
        }
    }
    return told_depth(std::move(depths));
}

Gain ClippingFound::depth() const {
    std::vector<Gain> depths;
    for (const ClippedSpot& spot : spots) {
        if (spot.depth) {
            depths.push_back(*spot.depth);
        }
    }
    return told_depth(std::move(depths));
}

ClippingFound list_clipping(const meter::Measurement& measured,
                            bool over_is_safe,
                            const FlatTopsFound& flat,
                            std::optional<Hertz> flat_rate) {
    ClippingFound found{
        {}, over_is_safe ? 0 : measured[meter::clipped_runs], flat.count, flat_rate, 0, {}};
    const ClippingKind below =
        flat_rate || 2 * flat.exact > flat.count ? ClippingKind::earlier : ClippingKind::analogue;
    const auto at = [&](std::uint64_t frame) {
        return Seconds{static_cast<double>(frame) / measured.sample_rate.value()};
    };
    for (const meter::ClippedRun& run : measured.clipped_runs) {
        if (found.digital == 0) {
            break;
        }
        const double peak = measured.value(meter::sample_peak.key, run.channel).value_or(0.0);
        found.spots.push_back({ClippingKind::digital, at(run.first_frame), run.channel, Dbfs{peak},
                               depth_at(flat, run)});
    }
    for (const FlatTop& top : flat.first) {
        found.spots.push_back({below, at(top.first_frame), top.channel,
                               Dbfs::from_amplitude(std::abs(static_cast<double>(top.level))),
                               top.by_level_only ? std::nullopt : std::optional(top.depth)});
    }
    std::ranges::stable_sort(found.spots, {}, &ClippedSpot::start);
    found.spots.resize(std::min(found.spots.size(), ClippingFound::max_listed));
    if (found.count() == 0) {
        note_held_peaks(flat.held, found);
    }
    return found;
}

std::vector<Seconds> starts_of(const ClippingFound& found) {
    std::vector<Seconds> starts;
    for (const ClippedSpot& spot : found.spots) {
        starts.push_back(spot.start);
    }
    return starts;
}

void add_facts(const ClippingFound& found, verdict::Facts& facts) {
    const auto below = static_cast<double>(found.below);
    const bool earlier = std::ranges::any_of(
        found.spots, [](const ClippedSpot& spot) { return spot.kind == ClippingKind::earlier; });
    facts["digital_clips"] = static_cast<double>(found.digital);
    facts["analogue_clips"] = earlier ? 0.0 : below;
    facts["earlier_clips"] = earlier && !found.rate ? below : 0.0;
    facts["converted_clips"] = found.rate ? below : 0.0;
    if (found.rate) {
        facts["clipped_rate_khz"] = found.rate->value() / 1000.0;
    }
    facts["held_peaks"] = static_cast<double>(found.held_peaks);
    if (found.held_level) {
        facts["held_level_dbfs"] = found.held_level->db();
    }
    if (const Gain depth = found.depth(); depth > Gain{}) {
        facts["clip_depth_db"] = depth.db();
    }
    for (const ClippedSpot& spot : found.spots) {
        if (spot.kind != ClippingKind::digital) {
            facts["clip_level_dbfs"] = spot.level.db();
        }
    }
}

void add_words(const ClippingFound& found, verdict::Words& words) {
    words["digital_times"] = times_of(found, ClippingKind::digital, found.digital);
    words["analogue_times"] = times_of(found, ClippingKind::analogue, found.below);
    words["earlier_times"] = times_of(found, ClippingKind::earlier, found.below);
    words["clip_depth"] = depth_words(found);
}

} // namespace gainstage::take
