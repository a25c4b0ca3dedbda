// SPDX-License-Identifier: MIT
// meters: every meter with ballistics there is to choose from: its name, its scale and where the
// scale's marks lie. How its needle moves is in vu.h, quasi_peak.h, moving_rms.h and peak_fall.h.
#pragma once

#include "units/quantity.h"
#include "units/result.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::ballistics {

enum class Kind {
    peak,
    digital,
    true_peak,
    rms,
    vu,
    ppm_din,
    ppm_nordic,
    ppm_bbc,
    ppm_ebu,
    ppm_mid,
    ppm_side,
    k20,
    k14,
    k12,
    k_peak,
    momentary,
    short_term,
    integrated,
    correlation
};

inline constexpr std::size_t kinds = 19;

/// The colours of a reading.
enum class Colour { green, amber, red };

struct Meter {
    Kind kind;
    std::string_view name;  ///< on the command line: "ppm-bbc"
    std::string_view key;   ///< in CSV and JSON, unit last: "ppm_bbc_mark"
    std::string_view label; ///< for people: "PPM BBC"
    std::string_view unit;  ///< "mark", "dB", "dBFS", "VU", "LUFS"; "" for a ratio
    std::string_view standard;
    bool per_channel; ///< otherwise one for the whole stream

    // The scale: a sine of the alignment level reads `at_alignment`, and each dB more `a_db` more.
    // Meters whose scale is dBFS itself have no alignment: theirs is 0 dBFS.
    bool aligned;
    double at_alignment;
    double a_db;

    double bottom; ///< of the scale that is drawn
    double top;
    double amber_from; ///< reading
    double red_from;
    Seconds marker_hold; ///< how long the highest reading stays marked; 0: no marker

    [[nodiscard]] Colour colour(double reading) const noexcept;

    /// The reading for a sine of this peak level; alignment: the sine at the alignment mark.
    [[nodiscard]] double reading(Dbfs sine, Dbfs alignment) const noexcept;

    /// Where on the scale, 0 (bottom) to 1 (top): linear in the reading, but for the VU, whose
    /// needle is linear in voltage.
    [[nodiscard]] double place(double reading) const noexcept;
};

/// Every meter, in the order of Kind.
std::span<const Meter> meters() noexcept;

const Meter& meter_of(Kind kind) noexcept;

/// "vu,ppm-bbc": in that order, each once.
///   errors  an unknown name: lists all
Result<std::vector<Kind>> meters_named(std::string_view names);

/// The alignment level unless another is chosen: EBU R 68, -18 dBFS.
inline constexpr Dbfs default_alignment{-18.0};

/// A K-System reading as the sound it makes: 0 on the scale is 83 dB SPL (C, slow) from one
/// loudspeaker in a calibrated room. With K-14 and K-12 the monitors are turned down by 6 and 8 dB
/// from K-20's mark, so it is the same for all three.
///   source  Katz, K-System; standards differ for cinema (85) and EBU Tech 3276 (82 - 10 log10 n)
constexpr DbSpl sound_level(double k_reading_db, DbSpl at_zero = DbSpl{83.0}) noexcept {
    return at_zero + Gain::from_db(k_reading_db);
}

/// How far the monitors are turned down from K-20's mark: 0, 6, 8 dB.
Gain monitor_gain(Kind k_meter) noexcept;

} // namespace gainstage::ballistics
