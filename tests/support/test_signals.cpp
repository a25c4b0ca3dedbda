// SPDX-License-Identifier: MIT
#include "support/test_signals.h"

#include <fmt/core.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <utility>

namespace gainstage::test {
namespace {

constexpr double amplitude = 0.5;
constexpr double turn = 2.0 * std::numbers::pi;

using Wave = std::function<double(double seconds)>;

/// Partials up to 0.45 of the sample rate, `step` apart.
template <typename Partial>
Wave partials(double frequency_hz, double sample_rate_hz, int step, double scale, Partial partial) {
    const int most = std::max(1, static_cast<int>(0.45 * sample_rate_hz / frequency_hz));
    return [=](double t) {
        double sum = 0.0;
        for (int k = 1; k <= most; k += step) {
            sum += partial(turn * frequency_hz * k * t, k);
        }
        return scale * sum;
    };
}

double cycle(double cycles) { return cycles - std::floor(cycles); }

} // namespace

std::vector<TestSignal> test_signals(double sample_rate_hz, double seconds) {
    std::vector<TestSignal> all;
    const auto add = [&](std::string name, const Wave& wave) {
        TestSignal signal{std::move(name), {}};
        const auto frames = static_cast<std::size_t>(seconds * sample_rate_hz);
        for (std::size_t n = 0; n < frames; ++n) {
            signal.samples.push_back(
                static_cast<float>(amplitude * wave(static_cast<double>(n) / sample_rate_hz)));
        }
        all.push_back(std::move(signal));
    };
    const auto sine = [](double hz, double t) { return std::sin(turn * hz * t); };
    for (const double hz : {100.0, 440.0, 554.37, 997.0, 1000.0, 2000.0, 2100.0, 2756.25, 3000.0,
                            3150.0, 3675.0, 4000.0, 6000.0, 8820.0, 9600.0, 12000.0, 15000.0}) {
        add(fmt::format("sine of {} Hz", hz), [=](double t) { return sine(hz, t); });
        // Caught on either side of its crest.
        add(fmt::format("sine of {} Hz, half a sample on", hz),
            [=](double t) { return std::cos(turn * hz * (t + 0.5 / sample_rate_hz)); });
    }
    for (const auto& [low, high] : std::vector<std::pair<double, double>>{{60.0, 7000.0},
                                                                          {19000.0, 20000.0},
                                                                          {697.0, 1209.0},
                                                                          {941.0, 1477.0},
                                                                          {1000.0, 2000.0},
                                                                          {2000.0, 3000.0},
                                                                          {440.0, 554.37},
                                                                          {11000.0, 12000.0},
                                                                          {250.0, 8000.0},
                                                                          {4000.0, 8000.0}}) {
        const double a = low;
        const double b = high;
        add(fmt::format("sines of {} and {} Hz", a, b),
            [=](double t) { return 0.5 * sine(a, t) + 0.5 * sine(b, t); });
        add(fmt::format("sines of {} and {} Hz, 4 to 1", a, b),
            [=](double t) { return 0.8 * sine(a, t) + 0.2 * std::sin(turn * b * t + 1.0); });
    }
    for (const double hz : {100.0, 220.0, 440.0, 441.0, 480.0, 1000.0, 2000.0, 3000.0}) {
        const auto named = [&](const char* what) { return fmt::format("{} of {} Hz", what, hz); };
        add(named("saw"), partials(hz, sample_rate_hz, 1, 0.5,
                                   [](double phase, int k) { return std::sin(phase) / k; }));
        add(named("square"), partials(hz, sample_rate_hz, 2, 1.0,
                                      [](double phase, int k) { return std::sin(phase) / k; }));
        add(named("triangle"), partials(hz, sample_rate_hz, 2, 0.8, [](double phase, int k) {
                return std::cos(phase) / (k * k);
            }));
        add(named("plain square"), [=](double t) { return cycle(hz * t) < 0.5 ? 0.8 : -0.8; });
        add(named("plain saw"), [=](double t) { return 2.0 * cycle(hz * t) - 1.0; });
        add(named("FM"), [=](double t) {
            return std::sin(turn * hz * t + 2.0 * std::sin(2.0 * turn * hz * t));
        });
        add(named("AM"), [=](double t) { return (0.5 + 0.5 * sine(5.0, t)) * sine(hz, t); });
        add(named("vibrato"),
            [=](double t) { return std::sin(turn * hz * t + 0.01 * hz * sine(5.0, t)); });
        add(named("decay"), [=](double t) { return std::exp(-3.0 * t) * sine(hz, t); });
        add(named("bursts"), [=](double t) { return cycle(10.0 * t) < 0.3 ? sine(hz, t) : 0.0; });
    }
    add("sweep", [=](double t) { return std::sin(turn * (50.0 + 8000.0 * t / seconds) * t); });
    add("logarithmic sweep", [=](double t) {
        const double octaves = std::log(1000.0); // 20 Hz to 20 kHz
        return std::sin(turn * 20.0 * seconds / octaves * (std::exp(t / seconds * octaves) - 1.0));
    });
    add("click train",
        [=](double t) { return cycle(100.0 * t) < 150.0 / sample_rate_hz ? 1.0 : 0.0; });
    std::mt19937 random(1);
    std::normal_distribution<double> normal;
    add("white noise", [&](double) { return 0.2 * normal(random); });
    double brown = 0.0;
    add("brown noise", [&](double) { return brown = 0.99 * brown + 0.02 * normal(random); });
    add("MLS", [&](double) { return random() % 2 == 0 ? 0.9 : -0.9; });
    return all;
}

} // namespace gainstage::test
