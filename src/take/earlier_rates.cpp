// SPDX-License-Identifier: MIT
#include "take/earlier_rates.h"

#include "take/fft_planner.h"

#include <fftw3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

namespace gainstage::take {
namespace {

constexpr std::array<std::array<double, 2>, 5> families_hz = {{{11025.0, 12000.0},
                                                               {22050.0, 24000.0},
                                                               {44100.0, 48000.0},
                                                               {88200.0, 96000.0},
                                                               {176400.0, 192000.0}}};
// The lowest that fits is the likeliest: at half of a higher one there is nothing left to fall.
constexpr std::array lower_rates_hz = {8000.0,  11025.0, 12000.0, 16000.0, 22050.0, 24000.0,
                                       32000.0, 44100.0, 48000.0, 88200.0, 96000.0};

// What is left above the half of an earlier rate is what the converter lets through, and dither.
constexpr double most_above_db = -55.0; // of everything
// The spectrum just below that edge, as parts of it, and just above.
constexpr double below_from = 0.80;
constexpr double below_to = 0.92; // converters begin to fall
constexpr double above_to = 1.15;
constexpr double edge_bins = 4.5;   // half the main lobe and a half: an edge is as blurred as that
constexpr double of_nyquist = 0.97; // of this stream's own
constexpr double least_drop_db = 25.0;
constexpr std::size_t most_lower = 2;

constexpr std::size_t context_frames = 2 * PeakInContext::reach;

/// Mean power spectrum around the peaks, Blackman-Harris: -92 dB beside a tone.
std::vector<double> spectrum_around(std::span<const PeakInContext> peaks) {
    const std::unique_ptr<float, void (*)(void*)> time(fftwf_alloc_real(context_frames),
                                                       fftwf_free);
    const std::unique_ptr<fftwf_complex, void (*)(void*)> bins(
        fftwf_alloc_complex(context_frames / 2 + 1), fftwf_free);
    fftwf_plan plan = nullptr;
    {
        const std::scoped_lock lock(fft_planner());
        plan = fftwf_plan_dft_r2c_1d(static_cast<int>(context_frames), time.get(), bins.get(),
                                     FFTW_ESTIMATE);
    }
    std::vector<double> powers(context_frames / 2 + 1);
    for (const PeakInContext& peak : peaks) {
        for (std::size_t n = 0; n < context_frames; ++n) {
            const double turn = 2.0 * std::numbers::pi * static_cast<double>(n) / context_frames;
            const double window = 0.35875 - 0.48829 * std::cos(turn) +
                                  0.14128 * std::cos(2.0 * turn) - 0.01168 * std::cos(3.0 * turn);
            time.get()[n] = static_cast<float>(window) * peak.around[n];
        }
        fftwf_execute(plan);
        for (std::size_t k = 0; k < powers.size(); ++k) {
            const auto& [re, im] = bins.get()[k];
            powers[k] += static_cast<double>(re * re + im * im);
        }
    }
    const std::scoped_lock lock(fft_planner());
    fftwf_destroy_plan(plan);
    return powers;
}

/// Mean of the bins from one frequency to another.
double mean_power(const std::vector<double>& powers, double rate_hz, double from_hz, double to_hz) {
    const double bins_per_hz = static_cast<double>(context_frames) / rate_hz;
    const auto first = static_cast<std::size_t>(std::ceil(from_hz * bins_per_hz));
    const auto last =
        std::min(powers.size() - 1, static_cast<std::size_t>(std::floor(to_hz * bins_per_hz)));
    double sum = 0.0;
    for (std::size_t k = first; k <= last; ++k) {
        sum += powers[k];
    }
    return first <= last ? sum / static_cast<double>(last - first + 1) : 0.0;
}

/// How far the spectrum falls at half of an earlier rate; 0 where that can't be seen.
double drop_db(const std::vector<double>& powers, double rate_hz, double earlier_hz) {
    const double half_hz = 0.5 * earlier_hz;
    const double edge_hz = half_hz + edge_bins * rate_hz / static_cast<double>(context_frames);
    const double end_hz = of_nyquist * 0.5 * rate_hz;
    const auto power = [&](double from_hz, double to_hz) {
        return mean_power(powers, rate_hz, from_hz, to_hz);
    };
    const double all = power(0.0, end_hz) * end_hz;
    const double above_all = power(edge_hz, end_hz) * (end_hz - edge_hz);
    const double below = power(below_from * half_hz, below_to * half_hz);
    const double above =
        power(edge_hz, std::min(std::max(above_to * half_hz, 1.03 * edge_hz), end_hz));
    if (edge_hz >= end_hz || above_all > all * std::pow(10.0, 0.1 * most_above_db) ||
        below <= 0.0) {
        return 0.0;
    }
    return 10.0 * std::log10(below / std::max(above, 1e-30 * below));
}

} // namespace

std::vector<Hertz> earlier_rates(std::span<const PeakInContext> peaks, Hertz rate) {
    if (peaks.empty()) {
        return {};
    }

    const std::vector<double> powers = spectrum_around(peaks);
    std::vector<Hertz> rates;
    for (const double earlier_hz : lower_rates_hz) {
        if (earlier_hz < rate.value() && rates.size() < most_lower &&
            drop_db(powers, rate.value(), earlier_hz) >= least_drop_db) {
            rates.emplace_back(earlier_hz);
        }
    }
    for (const auto& family : families_hz) {
        for (const std::size_t k : {0u, 1u}) {
            const Hertz other{family[1 - k]};
            if (rate.value() == family[k] && std::ranges::find(rates, other) == rates.end()) {
                rates.push_back(other);
            }
        }
    }
    return rates;
}

} // namespace gainstage::take
