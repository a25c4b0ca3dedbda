// SPDX-License-Identifier: MIT
// Level: a point on a decibel scale, with its reference in its type. A dBu can't be passed for a
// dBFS; two levels can't be added; level - level is a Gain. References are crossed by name
// (Calibration, to_aes17), never by a cast.
#pragma once

#include "units/gain.h"

namespace gainstage {
inline namespace units {

/// A level in decibels over the reference named by the tag.
///   range   -inf (silence) to any finite value; NaN never
///   error   silence - silence is not a number: ask is_silent() before subtracting
template <typename Reference>
class Level {
public:
    /// Silence: the level of nothing.
    constexpr Level() noexcept = default;

    explicit constexpr Level(double db) noexcept : db_(db) {}

    static constexpr Level silence() noexcept { return Level{}; }

    /// 20 log10(amplitude / reference amplitude); amplitude >= 0.
    static Level from_amplitude(double amplitude) noexcept requires(Reference::amplitude > 0.0) {
        return Level{20.0 * std::log10(amplitude / Reference::amplitude)};
    }

    /// The amplitude in the reference's unit (sample value, volt, pascal).
    [[nodiscard]] double to_amplitude() const noexcept requires(Reference::amplitude > 0.0) {
        return Reference::amplitude * std::pow(10.0, db_ / 20.0);
    }

    [[nodiscard]] constexpr double db() const noexcept { return db_; }

    [[nodiscard]] constexpr bool is_silent() const noexcept {
        return db_ == -std::numeric_limits<double>::infinity();
    }

    friend constexpr Level operator+(Level level, Gain gain) noexcept {
        return Level{level.db_ + gain.db()};
    }

    friend constexpr Level operator-(Level level, Gain gain) noexcept {
        return Level{level.db_ - gain.db()};
    }

    friend constexpr Gain operator-(Level a, Level b) noexcept {
        return Gain::from_db(a.db_ - b.db_);
    }

    friend constexpr auto operator<=>(Level, Level) noexcept = default;

private:
    double db_ = -std::numeric_limits<double>::infinity();
};

namespace reference {

struct FullScalePeak {
    static constexpr double amplitude = 1.0;
    static constexpr const char* unit = "dBFS";
};

struct FullScaleTruePeak {
    static constexpr double amplitude = 1.0;
    static constexpr const char* unit = "dBTP";
};

struct FullScaleRms {
    static constexpr double amplitude = 1.0;
    static constexpr const char* unit = "dBFS";
};

struct FullScaleSineRms {
    static constexpr double amplitude =
        0.70710678118654752440; // sqrt(1/2): RMS of a sine of peak 1
    static constexpr const char* unit = "dBFS";
};

struct LoudnessFullScale {
    static constexpr double amplitude = 0.0; // loudness is gated and weighted: it has no amplitude
    static constexpr const char* unit = "LUFS";
};

struct Dbu {
    static constexpr double amplitude =
        0.77459666924148337704; // V RMS: sqrt(0.6 V^2) = sqrt(600 ohm * 1 mW)
    static constexpr const char* unit = "dBu";
};

struct Dbv {
    static constexpr double amplitude = 1.0; // V RMS
    static constexpr const char* unit = "dBV";
};

struct SoundPressure {
    static constexpr double amplitude = 20e-6; // Pa RMS
    static constexpr const char* unit = "dB SPL";
};

} // namespace reference

/// Sample peak: 20 log10 of the largest |sample|, full scale = 1.0.
using Dbfs = Level<reference::FullScalePeak>;
/// True (inter-sample) peak, ITU-R BS.1770-5 Annex 2.
using Dbtp = Level<reference::FullScaleTruePeak>;
/// RMS, AES17 convention: a full-scale sine reads 0 dBFS. The one meant by "-18 dBFS = 0 VU".
using DbfsRms = Level<reference::FullScaleSineRms>;
/// RMS, mathematical convention: a full-scale square wave reads 0 dBFS, a full-scale sine -3.01.
using DbfsRmsMath = Level<reference::FullScaleRms>;
/// Loudness, ITU-R BS.1770-5.
using Lufs = Level<reference::LoudnessFullScale>;
/// Voltage re sqrt(0.6) V RMS.
using Dbu = Level<reference::Dbu>;
/// Voltage re 1 V RMS.
using Dbv = Level<reference::Dbv>;
/// Sound pressure re 20 uPa RMS.
using DbSpl = Level<reference::SoundPressure>;

/// 10 log10(2): what an AES17 reading is above the mathematical one.
inline constexpr Gain aes17_offset = Gain::from_db(3.01029995663981195);

constexpr DbfsRms to_aes17(DbfsRmsMath level) noexcept {
    return DbfsRms{level.db() + aes17_offset.db()};
}

constexpr DbfsRmsMath to_mathematical(DbfsRms level) noexcept {
    return DbfsRmsMath{level.db() - aes17_offset.db()};
}

} // namespace units
} // namespace gainstage
