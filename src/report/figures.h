// SPDX-License-Identifier: MIT
// figures: how numbers are written. One place decides on decimals, signs, minus and infinity, so
// that a level looks the same in every table, picture and sentence.
#pragma once

#include "master/master.h"
#include "meter/reading.h"
#include "take/take.h"
#include "units/level.h"
#include "units/quantity.h"

#include <optional>
#include <string>
#include <string_view>

namespace gainstage::report {

/// The readings that reports name themselves; a test holds them to the bridge's table.
namespace key {
inline constexpr std::string_view sample_peak = "sample_peak_dbfs";
inline constexpr std::string_view true_peak = "true_peak_dbtp";
inline constexpr std::string_view rms = "rms_dbfs";
inline constexpr std::string_view active_rms = "active_rms_dbfs";
inline constexpr std::string_view integrated = "integrated_lufs";
inline constexpr std::string_view max_short_term = "max_short_term_lufs";
inline constexpr std::string_view loudness_range = "loudness_range_lu";
inline constexpr std::string_view crest_factor = "crest_factor_db";
inline constexpr std::string_view plr = "plr_db";
inline constexpr std::string_view noise_floor = "noise_floor_dbfs";
inline constexpr std::string_view snr = "snr_db";
} // namespace key

/// For terminals: "-18.00", "-inf" for silence, "—" (or "n/a" in ASCII) for what can't be measured.
/// Never "-0.00".
std::string figure(std::optional<double> value, int decimals = 2, bool unicode = true);

/// For pages: U+2212 as the minus, "−∞" for silence, "—" for what can't be measured.
std::string typeset(std::optional<double> value, int decimals = 2);

/// Sentences for pages: a hyphen that stands for a minus ("-6 dBFS", but not "low-pass") becomes
/// U+2212.
std::string with_minus_signs(std::string_view text);

/// Both signs shown: "+3.20 dB", "0.00 dB"; "muted" for -inf.
std::string gain_text(Gain gain, int decimals = 2);
std::string typeset_gain(Gain gain, int decimals = 2);

/// The shortest decimal that reads back as the same number; "-inf"; empty for NaN.
std::string full_precision(double value);

/// "3:24", "1:02:03"; with decimals "0:12.3".
std::string clock(Seconds time, int decimals = 0);

/// "44.1 kHz", "48 kHz".
std::string rate(Hertz sample_rate);

/// How the gates of loudness judged: "exact" or "bins of 0.01 dB".
const char* gating_name(const meter::Measurement& measured) noexcept;

/// An RMS reading in AES17 terms, the way "average" is meant in diagrams and sentences: 0 VU is -18
/// dBFS.
std::optional<double> as_aes17(std::optional<double> mathematical_rms_dbfs);

/// What to do with the preamp: "turn the preamp up 6 dB", "leave the preamp as it is".
std::string preamp_advice(Gain change);

/// The same in a table under "Preamp": "turn up 6 dB", "leave it".
std::string preamp_step(Gain change);

/// "digital" (full scale), "analogue" (before the converter).
std::string_view name(take::ClippingKind kind) noexcept;

/// What a zone means, in a word or two: "too quiet", "on target", "hot", "clips".
std::string_view meaning(verdict::Zone zone) noexcept;

/// "centre", "30 % left".
std::string pan_text(double pan);

/// Capital first letter and full stop: evidence, action and reason become sentences. A first word
/// that looks like a file's name (kick_2.wav) stays as it is.
std::string sentence(std::string_view text);

/// Does a master meet its medium's loudness and ceiling?
struct SpecCheck {
    bool loudness_met = false; ///< within the medium's tolerance, and its short-term limit
    bool ceiling_met = false;  ///< within 0.01 dB, by the 16x oversampled reference
    std::string words;         ///< "in spec", or what is off and by how much

    [[nodiscard]] bool in_spec() const noexcept { return loudness_met && ceiling_met; }
};

SpecCheck check(const master::Master& master);

} // namespace gainstage::report
