// SPDX-License-Identifier: MIT
#include "ballistics/meters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace gainstage::ballistics {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

// Colours: the K-System's are Katz's. PPMs: amber from the alignment mark, red above the permitted
// maximum level (PML). VU: red where the scale is. Peaks: amber from the PML of -9 dBFS, red at
// full scale. Loudness has no colours: they would be a target's. Marker holds of 3 s are ours:
// Tech 3205 defines none for a PPM, the K-System 10 s, IEC 60268-18 1 s.
// clang-format off
constexpr std::array<Meter, kinds> table{{
    // kind              name          key                       label          unit    standard                                        channel aligned at    a_db  bottom top    amber  red    marker
    {Kind::peak,        "peak",       "peak_hold_dbfs",         "Peak",        "dBFS", "sample peak, held 1 s, falls 20 dB in 1.7 s",   true,  false, 0.0,  1.0,  -60.0,   0.0,  -9.0,  0.0,  Seconds{3.0}},
    {Kind::digital,     "digital",    "digital_peak_dbfs",      "Digital",     "dBFS", "IEC 60268-18: falls 20 dB in 1.7 s",            true,  false, 0.0,  1.0,  -60.0,   0.0,  -9.0,  0.0,  Seconds{1.0}},
    {Kind::true_peak,   "true-peak",  "true_peak_fall_dbtp",    "True peak",   "dBTP", "ITU-R BS.1770-5 Annex 2, falls 20 dB in 1.7 s", true,  false, 0.0,  1.0,  -60.0,   3.0,  -9.0, -1.0,  Seconds{3.0}},
    {Kind::rms,         "rms",        "moving_rms_aes17_dbfs",  "RMS",         "dBFS", "AES17, 99 % in 300 ms",                         true,  false, 0.0,  1.0,  -60.0,   0.0,  -9.0,  0.0,  Seconds{3.0}},
    {Kind::vu,          "vu",         "vu_vu",                  "VU",          "VU",   "IEC 60268-17",                                  true,  true,  0.0,  1.0,  -20.0,   3.0,   0.0,  0.0,  Seconds{3.0}},
    {Kind::ppm_din,     "ppm-din",    "ppm_din_db",             "PPM DIN",     "dB",   "IEC 60268-10 Type I, DIN 45406",                true,  true, -9.0,  1.0,  -50.0,   5.0,  -9.0,  0.0,  Seconds{3.0}},
    {Kind::ppm_nordic,  "ppm-nordic", "ppm_nordic_db",          "PPM Nordic",  "dB",   "IEC 60268-10 Type I, Nordic N9",                true,  true,  0.0,  1.0,  -36.0,   9.0,   0.0,  9.0,  Seconds{3.0}},
    {Kind::ppm_bbc,     "ppm-bbc",    "ppm_bbc_mark",           "PPM BBC",     "mark", "IEC 60268-10 Type IIa",                         true,  true,  4.0,  0.25,   1.0,   7.0,   4.0,  6.0,  Seconds{3.0}},
    {Kind::ppm_ebu,     "ppm-ebu",    "ppm_ebu_db",             "PPM EBU",     "dB",   "IEC 60268-10 Type IIb, EBU Tech 3205",          true,  true,  0.0,  1.0,  -12.0,  12.0,   0.0,  9.0,  Seconds{3.0}},
    {Kind::ppm_mid,     "ppm-m",      "ppm_mid_mark",           "PPM M",       "mark", "IEC 60268-10 Type IIa on (L + R), M6 or M3",    false, true,  4.0,  0.25,   1.0,   7.0,   4.0,  6.0,  Seconds{3.0}},
    {Kind::ppm_side,    "ppm-s",      "ppm_side_mark",          "PPM S",       "mark", "IEC 60268-10 Type IIa on (L - R), M6 or M3",    false, true,  4.0,  0.25,   1.0,   7.0,   4.0,  6.0,  Seconds{3.0}},
    {Kind::k20,         "k20",        "k20_average_db",         "K-20",        "dB",   "AES17 RMS, 99 % in 600 ms, 0 at -20 dBFS (Katz)", true, false, 20.0, 1.0, -24.0,  20.0,   0.0,  4.0,  Seconds{0.0}},
    {Kind::k14,         "k14",        "k14_average_db",         "K-14",        "dB",   "AES17 RMS, 99 % in 600 ms, 0 at -14 dBFS (Katz)", true, false, 14.0, 1.0, -30.0,  14.0,   0.0,  4.0,  Seconds{0.0}},
    {Kind::k12,         "k12",        "k12_average_db",         "K-12",        "dB",   "AES17 RMS, 99 % in 600 ms, 0 at -12 dBFS (Katz)", true, false, 12.0, 1.0, -32.0,  12.0,   0.0,  4.0,  Seconds{0.0}},
    {Kind::k_peak,      "k-peak",     "k_peak_dbfs",            "K peak",      "dBFS", "sample peak, falls 26 dB in 3 s (Katz)",        true,  false, 0.0,  1.0,  -60.0,   0.0,  -4.0,  0.0,  Seconds{10.0}},
    {Kind::momentary,   "lufs-m",     "momentary_lufs",         "Momentary",   "LUFS", "ITU-R BS.1771, 400 ms",                         false, false, 0.0,  1.0,  -59.0,  -5.0,  never, never, Seconds{3.0}},
    {Kind::short_term,  "lufs-s",     "short_term_lufs",        "Short-term",  "LUFS", "EBU Tech 3341, 3 s",                            false, false, 0.0,  1.0,  -59.0,  -5.0,  never, never, Seconds{3.0}},
    {Kind::integrated,  "lufs-i",     "integrated_so_far_lufs", "Integrated",  "LUFS", "ITU-R BS.1770-5 Annex 1, since the start",      false, false, 0.0,  1.0,  -59.0,  -5.0,  never, never, Seconds{0.0}},
    {Kind::correlation, "correlation","moving_correlation",     "Correlation", "",     "of the first two channels, 99 % in 1 s",        false, false, 0.0,  1.0,   -1.0,   1.0,  never, never, Seconds{0.0}},
}};
// clang-format on

} // namespace

std::span<const Meter> meters() noexcept { return table; }

const Meter& meter_of(Kind kind) noexcept { return table[static_cast<std::size_t>(kind)]; }

Colour Meter::colour(double reading) const noexcept {
    if (kind == Kind::correlation) { // what cancels in mono
        return reading < 0.0 ? Colour::red : Colour::green;
    }
    return reading >= red_from     ? Colour::red
           : reading >= amber_from ? Colour::amber
                                   : Colour::green;
}

double Meter::reading(Dbfs sine, Dbfs alignment) const noexcept {
    const double over_db = sine.db() - (aligned ? alignment.db() : 0.0);
    return at_alignment + a_db * over_db;
}

double Meter::place(double reading) const noexcept {
    if (kind == Kind::vu) { // +3 VU is the full arc: 10^((reading - 3) / 20); 0 VU at 0.7079
        return std::clamp(std::pow(10.0, (reading - top) / 20.0), 0.0, 1.0);
    }
    return std::clamp((reading - bottom) / (top - bottom), 0.0, 1.0);
}

Result<std::vector<Kind>> meters_named(std::string_view names) {
    std::vector<Kind> chosen;
    while (!names.empty()) {
        const std::size_t comma = std::min(names.find(','), names.size());
        const std::string_view name = names.substr(0, comma);
        names.remove_prefix(std::min(comma + 1, names.size()));
        const auto found = std::ranges::find(table, name, &Meter::name);
        if (found == table.end()) {
            std::string all;
            for (const Meter& one : table) {
                all += (all.empty() ? "" : ", ") + std::string(one.name);
            }
            return Error{ErrorKind::usage, "--meters",
                         "there is no meter \"" + std::string(name) + "\"", "choose of " + all};
        }
        if (std::ranges::find(chosen, found->kind) == chosen.end()) {
            chosen.push_back(found->kind);
        }
    }
    if (chosen.empty()) {
        return Error{ErrorKind::usage, "--meters", "names no meter",
                     "name one or more: vu,ppm-bbc"};
    }
    return chosen;
}

Gain monitor_gain(Kind k_meter) noexcept {
    return Gain::from_db(meter_of(k_meter).at_alignment - meter_of(Kind::k20).at_alignment);
}

} // namespace gainstage::ballistics
