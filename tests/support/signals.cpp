// SPDX-License-Identifier: MIT
#include "support/signals.h"

#include <cmath>
#include <numbers>
#include <random>

namespace gainstage::test {

std::vector<float> sine(double frequency_hz,
                        double amplitude,
                        std::size_t frames,
                        double sample_rate_hz,
                        double phase_rad) {
    std::vector<float> out(frames);
    for (std::size_t n = 0; n < frames; ++n) {
        // The phase is reduced before the sine, so that a long tone stays exact.
        const double cycles =
            std::fmod(frequency_hz * static_cast<double>(n) / sample_rate_hz, 1.0);
        out[n] =
            static_cast<float>(amplitude * std::sin(2.0 * std::numbers::pi * cycles + phase_rad));
    }
    return out;
}

std::vector<float> white_noise(std::size_t frames, Seed seed, double amplitude) {
    std::mt19937_64 generator(seed.value);
    std::uniform_real_distribution<double> uniform(-amplitude, amplitude);
    std::vector<float> out(frames);
    for (float& sample : out) {
        sample = static_cast<float>(uniform(generator));
    }
    return out;
}

std::vector<float> programme(std::size_t frames, Seed seed, double amplitude) {
    std::mt19937_64 generator(seed.value);
    std::normal_distribution<double> normal;
    // One-poles an octave and a half apart, each weighted by the square root of its corner: about
    // 1/f in power.
    constexpr double corners[] = {0.0006, 0.0018, 0.0054, 0.016, 0.048, 0.14, 0.4};
    double state[std::size(corners)] = {};
    double level_db = 0.0;
    double level_lin = 1.0;
    std::vector<float> out(frames);
    double peak = 1e-9;
    std::vector<double> raw(frames);
    for (std::size_t n = 0; n < frames; ++n) {
        const double white = normal(generator);
        double pink = 0.0;
        for (std::size_t k = 0; k < std::size(corners); ++k) {
            state[k] += corners[k] * (white - state[k]);
            pink += state[k] / std::sqrt(corners[k]);
        }
        if (n % 4096 == 0) {
            level_db = 0.8 * level_db + 4.0 * normal(generator);
            level_lin = linear(level_db);
        }
        raw[n] = pink * level_lin;
        peak = std::max(peak, std::abs(raw[n]));
    }
    for (std::size_t n = 0; n < frames; ++n) {
        out[n] = static_cast<float>(amplitude / peak * raw[n]);
    }
    return out;
}

double linear(double db) { return std::pow(10.0, db / 20.0); }

audio::AudioBuffer planar(const std::vector<std::vector<float>>& channels) {
    audio::AudioBuffer buffer(static_cast<int>(channels.size()),
                              channels.empty() ? 0 : channels.front().size());
    for (std::size_t c = 0; c < channels.size(); ++c) {
        std::ranges::copy(channels[c], buffer.channel(static_cast<int>(c)).begin());
    }
    return buffer;
}

audio::AudioBuffer planar(const std::vector<float>& channel, int channels) {
    return planar(std::vector<std::vector<float>>(static_cast<std::size_t>(channels), channel));
}

std::vector<float> joined(std::initializer_list<std::vector<float>> parts) {
    std::vector<float> out;
    for (const auto& part : parts) {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

} // namespace gainstage::test
