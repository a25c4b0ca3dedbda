// SPDX-License-Identifier: MIT
// Clipping: where a sound was cut off, at full scale or below it, and what the rules are told of
// that. The same for a file that was recorded and for what comes in now. Finding it is
// meter/clipped_runs.h's and flat_tops.h's.
#pragma once

#include "meter/reading.h"
#include "take/flat_tops.h"
#include "verdict/finding.h"

#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

/// Where it clipped: at full scale (the converter or this file), in an analogue stage before the
/// converter (flat tops below full scale), or in an earlier file that was turned down or converted
/// to another sample rate since (flat tops below full scale that are the same to the last bit, or
/// show only at the earlier rate).
enum class ClippingKind { digital, analogue, earlier };

struct ClippedSpot {
    ClippingKind kind = ClippingKind::digital;
    Seconds start{0.0};
    int channel = 0;
    Dbfs level;                ///< of the flat top
    std::optional<Gain> depth; ///< what is missing on top, estimated, where that can be told
};

struct ClippingFound {
    static constexpr std::size_t max_listed = 256;

    std::vector<ClippedSpot> spots; ///< in order of time, the first of them
    std::uint64_t digital = 0;      ///< all of them at full scale
    std::uint64_t below = 0;        ///< and below it
    std::optional<Hertz> rate;      ///< if they show only there: earlier_clipping.h
    std::size_t held_peaks = 0; ///< if nothing clipped for sure: that end at one level each in a
                                ///< single sample, as a limiter's do (FlatTopsFound::held)
    std::optional<Dbfs> held_level;

    [[nodiscard]] std::uint64_t count() const noexcept { return digital + below; }

    /// told_depth() of the spots.
    [[nodiscard]] Gain depth() const;
};

/// What is missing on top, of peaks cut off by about `depths`: 19 in 20 are missing no more. The
/// deepest of all is too deep as often as not (bench/take_clipping). 0 dB if there are none.
[[nodiscard]] Gain told_depth(std::vector<Gain> depths);

/// Of those that aren't known by their level alone.
[[nodiscard]] Gain told_depth_of(std::span<const FlatTop> tops);

/// `measured` and `flat` together.
///   over_is_safe  samples beyond full scale aren't clipped (is_over_full_scale): only flat tops
///   flat_rate     if `flat` was found at another sample rate
ClippingFound list_clipping(const meter::Measurement& measured,
                            bool over_is_safe,
                            const FlatTopsFound& flat,
                            std::optional<Hertz> flat_rate = {});

/// Where it begins, for leave_out_clipped() (glitches.h).
std::vector<Seconds> starts_of(const ClippingFound& found);

/// What the rules are told (data/findings.toml): digital_clips, analogue_clips, earlier_clips,
/// converted_clips, held_peaks; and where there are any clipped_rate_khz, clip_depth_db,
/// clip_level_dbfs, held_level_dbfs.
void add_facts(const ClippingFound& found, verdict::Facts& facts);

/// And what their sentences say: digital_times, analogue_times, earlier_times, clip_depth.
void add_words(const ClippingFound& found, verdict::Words& words);

} // namespace gainstage::take
