// SPDX-License-Identifier: MIT
#include "take/noise_bands.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gainstage::take {
namespace {

constexpr double part_s = 0.05;
constexpr double lowest_hz = 5.0;
constexpr double rumble_hz = 40.0;
constexpr double hiss_hz = 2000.0;
constexpr std::uint64_t settling_parts = 10; // 0.5 s: 2.5 periods of the lowest corner

struct Design {
    double b0, b1, b2, a1, a2;
};

/// Butterworth sections by the bilinear transform (R. Bristow-Johnson, "Audio EQ cookbook").
Design section(double corner_hz, double q, bool high, double rate_hz) {
    const double w = 2.0 * std::numbers::pi * std::min(corner_hz, 0.45 * rate_hz) / rate_hz;
    const double alpha = std::sin(w) / (2.0 * q);
    const double a0 = 1.0 + alpha;
    const double edge = (high ? 1.0 + std::cos(w) : 1.0 - std::cos(w)) / a0;
    return {edge / 2.0, high ? -edge : edge, edge / 2.0, -2.0 * std::cos(w) / a0,
            (1.0 - alpha) / a0};
}

} // namespace

void NoiseBands::prepare(const audio::Spec& spec) {
    const double rate_hz = spec.sample_rate.value();
    part_frames_ = std::max<std::size_t>(1, static_cast<std::size_t>(part_s * rate_hz));
    const auto biquad = [&](double corner_hz, double q, bool high) {
        const Design d = section(corner_hz, q, high, rate_hz);
        return Biquad{d.b0, d.b1, d.b2, d.a1, d.a2};
    };
    // Fourth order: 1 / (2 cos(22.5)) and 1 / (2 cos(67.5 degrees)).
    rumble_ = {biquad(lowest_hz, std::numbers::sqrt2 / 2.0, true), biquad(rumble_hz, 0.5412, false),
               biquad(rumble_hz, 1.3066, false)};
    hiss_ = {biquad(hiss_hz, 0.5412, true), biquad(hiss_hz, 1.3066, true)};
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    reset();
}

void NoiseBands::reset() noexcept {
    std::ranges::fill(channels_, Channel{});
    frames_ = 0;
    sums_ = {};
    position_ = 0;
    parts_heard_ = 0;
    settling_ = settling_parts;
    found_ = false;
}

double NoiseBands::step(const Biquad& biquad, State& state, double x) noexcept {
    const double y = biquad.b0 * x + state.s1;
    state.s1 = biquad.b1 * x - biquad.a1 * y + state.s2;
    state.s2 = biquad.b2 * x - biquad.a2 * y;
    return y;
}

void NoiseBands::process(audio::ConstAudioView block) noexcept {
    std::size_t done = 0;
    while (done < block.frames()) {
        const std::size_t count = std::min(part_frames_ - frames_, block.frames() - done);
        for (int c = 0; c < block.channels(); ++c) {
            Channel& channel = channels_[static_cast<std::size_t>(c)];
            for (const float sample : block.slice(done, count).channel(c)) {
                const double x = std::isfinite(sample) ? static_cast<double>(sample) : 0.0;
                double low = x;
                for (std::size_t k = 0; k < rumble_.size(); ++k) {
                    low = step(rumble_[k], channel.rumble[k], low);
                }
                double high = x;
                for (std::size_t k = 0; k < hiss_.size(); ++k) {
                    high = step(hiss_[k], channel.hiss[k], high);
                }
                sums_[0] += low * low;
                sums_[1] += high * high;
                sums_[2] += x * x;
            }
        }
        done += count;
        frames_ += count;
        if (frames_ == part_frames_) {
            close_part();
        }
    }
}

void NoiseBands::close_part() noexcept {
    const double samples = static_cast<double>(frames_ * channels_.size());
    const bool silent = sums_[2] <= 0.0;
    for (std::size_t band = 0; band < 2; ++band) {
        ring_[band][position_] = sums_[band] / samples;
    }
    position_ = (position_ + 1) % parts;
    frames_ = 0;
    sums_ = {};
    if (silent) {
        parts_heard_ = 0;
        settling_ = settling_parts;
        return;
    }
    if (settling_ > 0) {
        --settling_;
        return;
    }
    if (++parts_heard_ < parts) {
        return;
    }
    for (std::size_t band = 0; band < 2; ++band) {
        double mean = 0.0;
        for (const double part : ring_[band]) {
            mean += part / static_cast<double>(parts);
        }
        least_[band] = found_ ? std::min(least_[band], mean) : mean;
    }
    found_ = true;
}

std::optional<NoiseLevels> NoiseBands::levels() const noexcept {
    if (!found_) {
        return std::nullopt;
    }
    return NoiseLevels{DbfsRmsMath::from_amplitude(std::sqrt(least_[0])),
                       DbfsRmsMath::from_amplitude(std::sqrt(least_[1]))};
}

} // namespace gainstage::take
