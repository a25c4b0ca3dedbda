// SPDX-License-Identifier: MIT
#include "conformance/signal.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace gainstage::conformance {
namespace {

constexpr double pi = std::numbers::pi;

double linear(double db) { return db <= silent ? 0.0 : std::pow(10.0, db / 20.0); }

std::size_t frames_in(double seconds, Hertz sample_rate) {
    return static_cast<std::size_t>(std::llround(seconds * sample_rate.value()));
}

/// Raised cosines over the first and last `length` samples.
template <typename Sample>
void fade(std::vector<Sample>& x, std::size_t length) {
    for (std::size_t n = 0; n < length; ++n) {
        const double gain =
            0.5 - 0.5 * std::cos(pi * static_cast<double>(n) / static_cast<double>(length));
        x[n] = static_cast<Sample>(static_cast<double>(x[n]) * gain);
        x[x.size() - 1 - n] = static_cast<Sample>(static_cast<double>(x[x.size() - 1 - n]) * gain);
    }
}

/// What a tone is made of, shared by the copies of its Signal.
struct Steps {
    std::vector<double> second; ///< of the sine, amplitude 1
    std::vector<std::uint64_t> ends;
    std::vector<double> amplitudes;
    std::vector<double> gains;

    void fill(std::uint64_t first, audio::AudioView to) const {
        auto step = static_cast<std::size_t>(
            std::distance(ends.begin(), std::ranges::upper_bound(ends, first)));
        for (std::size_t n = 0; n < to.frames(); ++n) {
            const std::uint64_t frame = first + n;
            while (frame >= ends[step]) {
                ++step;
            }
            const double x = amplitudes[step] * second[frame % second.size()];
            for (std::size_t c = 0; c < gains.size(); ++c) {
                to.channel(static_cast<int>(c))[n] = static_cast<float>(gains[c] * x);
            }
        }
    }
};

/// `x` through a linear-phase low-pass at an eighth of its rate: a 257-tap sinc in a Hann window.
std::vector<double> low_passed(const std::vector<double>& x) {
    constexpr int half = 128;
    std::vector<double> taps;
    double sum = 0.0;
    for (int i = -half; i <= half; ++i) {
        const double t = i / 4.0;
        const double sinc = i == 0 ? 1.0 : std::sin(pi * t) / (pi * t);
        taps.push_back(sinc * (0.5 + 0.5 * std::cos(pi * i / (half + 1))));
        sum += taps.back();
    }
    std::vector<double> out(x.size());
    for (std::size_t n = 0; n < x.size(); ++n) {
        const std::size_t before = std::min<std::size_t>(n, half);
        const std::size_t after = std::min<std::size_t>(x.size() - 1 - n, half);
        double y = 0.0;
        for (std::size_t i = half - before; i <= half + after; ++i) {
            y += taps[i] * x[n + i - half];
        }
        out[n] = y / sum;
    }
    return out;
}

} // namespace

Signal tone(Hertz sample_rate,
            int frequency_hz,
            std::vector<Piece> pieces,
            audio::ChannelLayout layout,
            std::vector<double> channel_gains_db) {
    auto steps = std::make_shared<Steps>();
    const std::size_t second = frames_in(1.0, sample_rate);
    for (std::size_t n = 0; n < second; ++n) {
        const double cycles = std::fmod(frequency_hz * static_cast<double>(n) / sample_rate.value(),
                                        1.0); // reduced, so that it stays exact
        steps->second.push_back(std::sin(2.0 * pi * cycles));
    }
    int milliseconds = 0;
    for (const Piece& piece : pieces) {
        milliseconds += piece.milliseconds;
        steps->ends.push_back(frames_in(milliseconds / 1000.0, sample_rate));
        steps->amplitudes.push_back(linear(piece.level_dbfs));
    }
    steps->gains.assign(static_cast<std::size_t>(layout.channels()), 1.0);
    for (std::size_t c = 0; c < channel_gains_db.size(); ++c) {
        steps->gains[c] = linear(channel_gains_db[c]);
    }
    const std::uint64_t frames = steps->ends.back();
    return {sample_rate, std::move(layout), frames,
            [steps](std::uint64_t first, audio::AudioView to) { steps->fill(first, to); }};
}

Signal from_samples(Hertz sample_rate, std::vector<float> samples, audio::ChannelLayout layout) {
    const std::uint64_t frames = samples.size();
    auto shared = std::make_shared<const std::vector<float>>(std::move(samples));
    return {sample_rate, std::move(layout), frames,
            [shared](std::uint64_t first, audio::AudioView to) {
                for (int c = 0; c < to.channels(); ++c) {
                    std::copy_n(shared->begin() + static_cast<std::ptrdiff_t>(first), to.frames(),
                                to.channel(c).begin());
                }
            }};
}

std::vector<float> full_scale(Shape shape, Hertz sample_rate) {
    // Half a period, in samples: rounded, so that the second holds whole periods at every rate.
    const std::size_t half = frames_in(1.0 / 250.0, sample_rate);
    const std::size_t period = 2 * half;
    std::vector<float> out(period * 125);
    for (std::size_t n = 0; n < out.size(); ++n) {
        const double phase = static_cast<double>(n % period) / static_cast<double>(period);
        const double value = shape == Shape::sine     ? std::sin(2.0 * pi * phase)
                             : shape == Shape::square ? (phase < 0.5 ? 1.0 : -1.0)
                                                      : 1.0 - 4.0 * std::abs(phase - 0.5);
        out[n] = static_cast<float>(value);
    }
    return out;
}

std::vector<float>
faded_sine(Hertz sample_rate, double period, double amplitude, double phase_degrees) {
    std::vector<float> out(frames_in(1.0, sample_rate));
    for (std::size_t n = 0; n < out.size(); ++n) {
        out[n] =
            static_cast<float>(amplitude * std::sin(2.0 * pi * static_cast<double>(n) / period +
                                                    phase_degrees * pi / 180.0));
    }
    fade(out, frames_in(0.01, sample_rate));
    return out;
}

std::vector<double> full_scale_period(Hertz sample_rate) {
    std::vector<double> high;
    const auto sine = [&](double amplitude, int period, int periods) {
        for (int n = 0; n < period * periods; ++n) {
            high.push_back(amplitude * std::sin(2.0 * pi * n / period));
        }
    };
    sine(0.5, 24, 400);
    sine(1.0, 16, 1);
    sine(0.5, 24, 400);
    fade(high, std::min(frames_in(0.04, sample_rate), high.size() / 4)); // 10 ms at 4 fs
    return low_passed(high);
}

std::vector<float> decimated_period(Hertz sample_rate, std::size_t offset) {
    const std::vector<double> high = full_scale_period(sample_rate);
    std::vector<float> out;
    for (std::size_t n = offset; n < high.size(); n += 4) {
        out.push_back(static_cast<float>(high[n]));
    }
    return out;
}

} // namespace gainstage::conformance
