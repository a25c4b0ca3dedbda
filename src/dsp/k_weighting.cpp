// SPDX-License-Identifier: MIT
#include "dsp/k_weighting.h"

#include <cmath>
#include <numbers>

namespace gainstage::dsp {

namespace {

// The analogue prototypes, recovered by inverting the bilinear form of the 48 kHz tables of ITU-R
// BS.1770-5 Annex 1.
constexpr double shelf_hz = 1681.9744509555;
constexpr double shelf_q = 0.7071752369554;
constexpr double shelf_gain_db = 3.9998438539734; // at high frequencies; 0 dB at low ones
constexpr double shelf_band_exponent =
    0.4996667741545; // gain at the corner: high-frequency gain to this power
constexpr double high_pass_hz = 38.1354708761;
constexpr double high_pass_q = 0.5003270373250;

double high_pass_a0(double sample_rate_hz) {
    const double k = std::tan(std::numbers::pi * high_pass_hz / sample_rate_hz);
    return 1.0 + k / high_pass_q + k * k;
}

double step(const Biquad& c, double* state, double x) noexcept {
    const double y = c.b0 * x + state[0];
    state[0] = c.b1 * x - c.a1 * y + state[1];
    state[1] = c.b2 * x - c.a2 * y;
    return y;
}

} // namespace

KCoefficients k_weighting(Hertz sample_rate) {
    const double rate = sample_rate.value();
    const double k = std::tan(std::numbers::pi * shelf_hz / rate);
    const double a0 = 1.0 + k / shelf_q + k * k;
    const double high = std::pow(10.0, shelf_gain_db / 20.0);
    const double band = std::pow(high, shelf_band_exponent);
    const double h = std::tan(std::numbers::pi * high_pass_hz / rate);
    const double h0 = high_pass_a0(rate);
    // The table's numerator 1, -2, 1 is not divided by its a0. Kept as it is at 48 kHz, and
    // followed at other rates.
    const double g = high_pass_a0(48000.0) / h0;
    return {.shelf = {.b0 = (high + band * k / shelf_q + k * k) / a0,
                      .b1 = 2.0 * (k * k - high) / a0,
                      .b2 = (high - band * k / shelf_q + k * k) / a0,
                      .a1 = 2.0 * (k * k - 1.0) / a0,
                      .a2 = (1.0 - k / shelf_q + k * k) / a0},
            .high_pass = {.b0 = g,
                          .b1 = -2.0 * g,
                          .b2 = g,
                          .a1 = 2.0 * (h * h - 1.0) / h0,
                          .a2 = (1.0 - h / high_pass_q + h * h) / h0}};
}

KWeightedPower::KWeightedPower(Hertz sample_rate) : coefficients_(k_weighting(sample_rate)) {}

double
KWeightedPower::process_scalar(const float* in, std::size_t frames, KState& state) const noexcept {
    const KCoefficients c = coefficients_;
    KState s = state;
    double power = 0.0;
    for (std::size_t n = 0; n < frames; ++n) {
        const double y =
            step(c.high_pass, s.high_pass, step(c.shelf, s.shelf, static_cast<double>(in[n])));
        power += y * y;
    }
    state = s;
    return power;
}

double KWeightedPower::process(const float* in, std::size_t frames, KState& state) const noexcept {
    return process_scalar(in, frames, state);
}

void KWeightedPower::process(const float* first,
                             const float* second,
                             std::size_t frames,
                             KState& first_state,
                             KState& second_state,
                             double& first_power,
                             double& second_power) const noexcept {
    first_power = process_scalar(first, frames, first_state);
    second_power = process_scalar(second, frames, second_state);
}

} // namespace gainstage::dsp
