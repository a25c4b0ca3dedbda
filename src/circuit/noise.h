// SPDX-License-Identifier: MIT
// Noise: densities, the audio band they are summed over, and the weighting that ears give it.
// Powers add; nothing here knows a circuit.
#pragma once

#include "units/level.h"
#include "units/quantity.h"

#include <span>
#include <vector>

namespace gainstage::circuit {

inline constexpr double boltzmann_j_per_k = 1.380649e-23; // exact since the SI of 2019
inline constexpr double room_temperature_k = 293.15;      // 20 degrees Celsius

inline constexpr Hertz band_low{20.0};
inline constexpr Hertz band_high{20000.0};

/// 4 k T R: V^2/Hz of a resistance, open circuit.
double thermal_density(double resistance_ohm, double temperature_k) noexcept;

/// Noise of a resistance over 20 kHz, open circuit: -130.9 dBu for 150 ohm.
Dbu thermal_noise(Ohms resistance, double temperature_k = room_temperature_k) noexcept;

/// A-weighting as a power ratio, 1 at 1 kHz.
///   source  IEC 61672-1, annex E
double a_weighting(double frequency_hz) noexcept;

/// What A-weighting does to white noise of the audio band: -2.05 dB.
Gain a_weighting_of_white() noexcept;

/// Frequencies from 20 Hz to 20 kHz, as far apart in octaves, for sums over the band.
class FrequencyGrid {
public:
    /// points >= 2. 241: 80 a decade, good to 0.001 dB for what a cable or pickup does to noise.
    explicit FrequencyGrid(std::size_t points);

    /// The one for results, and a coarser one to compare candidates by.
    static const FrequencyGrid& fine();
    static const FrequencyGrid& coarse();

    [[nodiscard]] std::span<const double> frequencies_hz() const noexcept {
        return frequencies_hz_;
    }

    /// The width in Hz that each stands for: the trapezoidal rule, exact for white noise.
    [[nodiscard]] std::span<const double> widths_hz() const noexcept { return widths_hz_; }

    /// The same times A-weighting.
    [[nodiscard]] std::span<const double> a_weighted_widths_hz() const noexcept {
        return a_weighted_widths_hz_;
    }

private:
    std::vector<double> frequencies_hz_;
    std::vector<double> widths_hz_;
    std::vector<double> a_weighted_widths_hz_;
};

/// V^2 as a level; no noise is silence.
Dbu from_power(double volts_squared) noexcept;

/// dB relative to a full-scale sine of an ideal quantiser's noise, with TPDF dither as recorders
/// have it or without. `bits` 0: floating point, none.
///   source  -(6.0206 bits + 1.7609) dB; dither of two LSB peak to peak, triangular, adds 4.77 dB
DbfsRms quantisation_noise(int bits, bool dithered) noexcept;

/// Signal to noise of a sine of `frequency` sampled by a clock of RMS jitter `jitter`:
/// 20 log10(1 / (2 pi f t)).
Gain jitter_limited_snr(Hertz frequency, Seconds jitter) noexcept;

/// The frequency that stands for music in that formula: the RMS frequency of pink noise over the
/// audio band, sqrt((f2^2 - f1^2) / (2 ln(f2 / f1))) = 5.38 kHz.
Hertz rms_frequency_of_pink() noexcept;

} // namespace gainstage::circuit
