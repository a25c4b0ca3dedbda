// SPDX-License-Identifier: MIT
#include "circuit/noise.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace gainstage::circuit {

double thermal_density(double resistance_ohm, double temperature_k) noexcept {
    return 4.0 * boltzmann_j_per_k * temperature_k * resistance_ohm;
}

Dbu thermal_noise(Ohms resistance, double temperature_k) noexcept {
    const double bandwidth_hz = (band_high - band_low).value();
    return from_power(thermal_density(resistance.value(), temperature_k) * bandwidth_hz);
}

double a_weighting(double frequency_hz) noexcept {
    // Poles of IEC 61672-1; the last factor makes 1 kHz read 0 dB.
    const double f2 = frequency_hz * frequency_hz;
    const auto response = [](double square) {
        const double numerator = 12194.217 * 12194.217 * square * square;
        return numerator /
               ((square + 20.598997 * 20.598997) *
                std::sqrt((square + 107.65265 * 107.65265) * (square + 737.86223 * 737.86223)) *
                (square + 12194.217 * 12194.217));
    };
    const double ratio = response(f2) / response(1e6);
    return ratio * ratio;
}

Gain a_weighting_of_white() noexcept {
    static const Gain gain = [] {
        double weighted = 0.0;
        double plain = 0.0;
        const FrequencyGrid& grid = FrequencyGrid::fine();
        for (std::size_t i = 0; i < grid.widths_hz().size(); ++i) {
            weighted += grid.a_weighted_widths_hz()[i];
            plain += grid.widths_hz()[i];
        }
        return Gain::from_power_ratio(weighted / plain);
    }();
    return gain;
}

FrequencyGrid::FrequencyGrid(std::size_t points) {
    const double low = std::log(band_low.value());
    const double step = (std::log(band_high.value()) - low) / static_cast<double>(points - 1);
    frequencies_hz_.reserve(points);
    for (std::size_t i = 0; i < points; ++i) {
        frequencies_hz_.push_back(std::exp(low + step * static_cast<double>(i)));
    }
    for (std::size_t i = 0; i < points; ++i) {
        const double from = frequencies_hz_[i == 0 ? 0 : i - 1];
        const double to = frequencies_hz_[i + 1 == points ? i : i + 1];
        widths_hz_.push_back((to - from) / 2.0);
        a_weighted_widths_hz_.push_back(widths_hz_.back() * a_weighting(frequencies_hz_[i]));
    }
}

const FrequencyGrid& FrequencyGrid::fine() {
    static const FrequencyGrid grid(241);
    return grid;
}

const FrequencyGrid& FrequencyGrid::coarse() {
    static const FrequencyGrid grid(61);
    return grid;
}

Dbu from_power(double volts_squared) noexcept {
    return volts_squared > 0.0 ? Dbu::from_amplitude(std::sqrt(volts_squared)) : Dbu::silence();
}

DbfsRms quantisation_noise(int bits, bool dithered) noexcept {
    if (bits <= 0) {
        return DbfsRms::silence();
    }
    const double plain_db = -(20.0 * std::log10(2.0) * bits + 10.0 * std::log10(1.5));
    return DbfsRms{plain_db + (dithered ? 10.0 * std::log10(3.0) : 0.0)};
}

Gain jitter_limited_snr(Hertz frequency, Seconds jitter) noexcept {
    const double radians = 2.0 * std::numbers::pi * frequency.value() * jitter.value();
    return radians > 0.0 ? Gain::from_amplitude_ratio(1.0 / radians)
                         : Gain::from_db(std::numeric_limits<double>::infinity());
}

Hertz rms_frequency_of_pink() noexcept {
    const double low = band_low.value();
    const double high = band_high.value();
    return Hertz{std::sqrt((high * high - low * low) / (2.0 * std::log(high / low)))};
}

} // namespace gainstage::circuit
