// SPDX-License-Identifier: MIT
#include "support/clipping_set.h"
#include "support/instruments.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <numbers>
#include <random>

namespace gainstage::test {
namespace {

double peak_of(const std::vector<float>& signal) {
    float peak = 1e-9f;
    for (const float x : signal) {
        peak = std::max(peak, std::abs(x));
    }
    return static_cast<double>(peak);
}

/// Straight up to -1 dB of the clip point, from there to it on a parabola that ends level.
double knee(double x) {
    const double from = linear(-1.0);
    const double width = 2.0 * (1.0 - from); // where the parabola's slope has come from 1 to 0
    const double over = std::clamp(std::abs(x) - from, 0.0, width);
    const double bent = std::min(std::abs(x), from) + over - over * over / (2.0 * width);
    return std::copysign(bent, x);
}

std::vector<float> resampled(const std::vector<float>& in, double from_hz, double to_hz) {
    std::vector<float> out(
        static_cast<std::size_t>(static_cast<double>(in.size()) * to_hz / from_hz) + 1);
    std::size_t done = 0;
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
    soxr_oneshot(from_hz, to_hz, 1, in.data(), in.size(), nullptr, out.data(), out.size(), &done,
                 nullptr, &quality, nullptr);
    out.resize(done);
    return out;
}

/// One period's shape at `phase` in cycles; every one is flat on top, none is clipped.
double square_shape(int variant, double phase, double frequency_hz) {
    const double turn = 2.0 * std::numbers::pi * phase;
    const auto harmonics = std::min(48, static_cast<int>(20000.0 / frequency_hz));
    double sum = 0.0;
    switch (variant) {
    case 0: // band-limited square
        for (int h = 1; h <= harmonics; h += 2) {
            sum += std::sin(turn * h) / h * 4.0 / std::numbers::pi;
        }
        return sum;
    case 1: // band-limited pulse of 30 %
        for (int h = 1; h <= harmonics; ++h) {
            sum += 2.0 / (h * std::numbers::pi) * std::sin(std::numbers::pi * h * 0.3) *
                   std::cos(turn * h);
        }
        return sum;
    case 2: // the sign alone, as early digital synthesisers have it
        return std::sin(turn) >= 0.0 ? 1.0 : -1.0;
    case 3: // a sine through tanh
        return std::tanh(4.0 * std::sin(turn));
    case 4: // a gentler one
        return std::tanh(1.5 * std::sin(turn));
    default: // a square through a low-pass, six decibels an octave from the sixth harmonic
        for (int h = 1; h <= harmonics; h += 2) {
            sum += std::sin(turn * h - std::atan(h / 6.0)) / h / std::hypot(1.0, h / 6.0);
        }
        return sum;
    }
}

} // namespace

std::string name(ClipCurve curve) {
    static const char* const names[] = {"hard", "one side", "knee"};
    return names[static_cast<std::size_t>(curve)];
}

std::vector<float> clip(std::vector<float> signal, ClipCurve curve, double depth_db) {
    // One side: the depth is the lower side's.
    const double least = -static_cast<double>(*std::ranges::min_element(signal));
    const double peak = curve == ClipCurve::one_sided ? std::max(1e-9, least) : peak_of(signal);
    const double drive = linear(depth_db) / peak;
    for (float& x : signal) {
        const double driven = static_cast<double>(x) * drive;
        x = static_cast<float>(curve == ClipCurve::knee        ? knee(driven)
                               : curve == ClipCurve::one_sided ? std::max(driven, -1.0)
                                                               : std::clamp(driven, -1.0, 1.0));
    }
    const auto scale = static_cast<float>(1.0 / peak_of(signal));
    for (float& x : signal) {
        x *= scale;
    }
    return signal;
}

std::vector<float>
after(std::vector<float> signal, const AfterClipping& treatment, double sample_rate_hz, Seed seed) {
    signal = recorded(std::move(signal), treatment.gain_db, treatment.noise_dbfs, seed);
    return treatment.resampled_hz > 0.0 ? resampled(signal, sample_rate_hz, treatment.resampled_hz)
                                        : signal;
}

std::vector<float> phase_turned(std::vector<float> signal, double sample_rate_hz) {
    for (const double corner_hz : {150.0, 1500.0}) {
        const double t = std::tan(std::numbers::pi * corner_hz / sample_rate_hz);
        const double a = (t - 1.0) / (t + 1.0);
        double last_in = 0.0;
        double last_out = 0.0;
        for (float& x : signal) {
            const double in = static_cast<double>(x);
            last_out = a * in + last_in - a * last_out;
            last_in = in;
            x = static_cast<float>(last_out);
        }
    }
    return signal;
}

std::vector<float> square_synth(int variant, Seed seed, double seconds) {
    std::mt19937_64 random(seed.value * 31 + static_cast<std::uint64_t>(variant));
    const auto uniform = [&](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random);
    };
    std::vector<float> out(static_cast<std::size_t>(seconds * instrument_rate_hz));
    const bool steady = seed.value % 2 == 0; // half of them without velocity or decay
    std::size_t n = 0;
    while (n < out.size()) {
        const double frequency_hz = 55.0 * std::exp2(uniform(0.0, 3.0));
        const double amplitude = steady ? 0.7 : uniform(0.2, 0.8);
        const double decay_s = steady ? 1e9 : uniform(0.3, 2.0);
        const auto frames = static_cast<std::size_t>(uniform(0.15, 0.6) * instrument_rate_hz);
        for (std::size_t k = 0; k < frames && n < out.size(); ++k, ++n) {
            const double t = static_cast<double>(k) / instrument_rate_hz;
            const double left = static_cast<double>(frames - k) / instrument_rate_hz;
            const double envelope =
                std::min({1.0, t / 0.003, left / 0.01}) * std::exp(-t / decay_s);
            out[n] = static_cast<float>(amplitude * envelope *
                                        square_shape(variant, frequency_hz * t, frequency_hz));
        }
    }
    return out;
}

std::vector<float>
limited(const std::vector<float>& signal, double drive_db, double sample_rate_hz) {
    const double drive = linear(drive_db) / peak_of(signal);
    const auto ahead = static_cast<std::size_t>(0.0015 * sample_rate_hz);
    constexpr double ceiling = 0.89;
    const double release = 1.0 - std::exp(-1.0 / (0.05 * sample_rate_hz));
    // The least gain within reach, released exponentially, then averaged over the look-ahead.
    std::vector<double> gains(signal.size() + 2 * ahead + 1, 1.0);
    std::deque<std::size_t> largest;
    double held = 1.0;
    const auto magnitude = [&](std::size_t n) {
        return n < signal.size() ? std::abs(static_cast<double>(signal[n])) * drive : 0.0;
    };
    for (std::size_t n = 0; n < signal.size() + ahead; ++n) {
        while (!largest.empty() && magnitude(largest.back()) <= magnitude(n)) {
            largest.pop_back();
        }
        largest.push_back(n);
        while (largest.front() + ahead < n) {
            largest.pop_front();
        }
        const double wanted = std::min(1.0, ceiling / std::max(1e-9, magnitude(largest.front())));
        held = std::min(wanted, held + release * (1.0 - held));
        gains[n] = held;
    }
    std::vector<float> out(signal.size());
    double sum = 0.0;
    for (std::size_t n = 0; n < signal.size() + ahead; ++n) {
        sum += gains[n] - (n > ahead ? gains[n - ahead - 1] : 0.0);
        if (n >= ahead) {
            out[n - ahead] = static_cast<float>(static_cast<double>(signal[n - ahead]) * drive *
                                                sum / static_cast<double>(ahead + 1));
        }
    }
    return out;
}

} // namespace gainstage::test
