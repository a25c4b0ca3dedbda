// SPDX-License-Identifier: MIT
// Test signals, seeded and planar.
#pragma once

#include "audio/buffer.h"

#include <cstdint>
#include <vector>

namespace gainstage::test {

struct Seed {
    std::uint64_t value;
};

/// amplitude * sin(2 pi frequency_hz n / sample_rate_hz + phase_rad)
std::vector<float> sine(double frequency_hz,
                        double amplitude,
                        std::size_t frames,
                        double sample_rate_hz,
                        double phase_rad = 0.0);

/// Uniform white noise in -amplitude..amplitude.
std::vector<float> white_noise(std::size_t frames, Seed seed, double amplitude = 1.0);

/// Programme-like noise: about pink (-3 dB an octave, 1/f filter of cascaded one-poles), with slow
/// random level changes. Peak about `amplitude`.
std::vector<float> programme(std::size_t frames, Seed seed, double amplitude = 0.5);

/// 10^(db/20)
double linear(double db);

/// Channels side by side; all of the same length.
audio::AudioBuffer planar(const std::vector<std::vector<float>>& channels);

/// `channel` in every one of `channels` channels.
audio::AudioBuffer planar(const std::vector<float>& channel, int channels);

/// One after the other.
std::vector<float> joined(std::initializer_list<std::vector<float>> parts);

} // namespace gainstage::test
