// SPDX-License-Identifier: MIT
#include "circuit/two_port.h"

#include "circuit/noise.h"

namespace gainstage::circuit {
namespace {

// std::complex's own product asks for NaN each time, for infinities that no circuit here has.
Complex times(Complex a, Complex b) noexcept {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

Complex over(Complex a, Complex b) noexcept {
    return times(a, std::conj(b)) * (1.0 / std::norm(b));
}

} // namespace

Complex voltage_ratio(const TwoPort& port, Load load) noexcept {
    return over(1.0, port.a + times(port.b, load.admittance));
}

Loaded loaded(const TwoPort& port, Load load) noexcept {
    const Complex ratio = voltage_ratio(port, load);
    return {{times(port.c + times(port.d, load.admittance), ratio)}, ratio};
}

Complex output_impedance(const TwoPort& port, Complex source_ohm) noexcept {
    return over(port.b + times(source_ohm, port.d), port.a + times(source_ohm, port.c));
}

double NoiseSources::with_source(Complex source_ohm) const noexcept {
    return voltage + std::norm(source_ohm) * current +
           2.0 * times(std::conj(source_ohm), cross).real();
}

void then_series(NoisyTwoPort& first, Complex impedance_ohm, double temperature_k) noexcept {
    TwoPort& p = first.port;
    const double density = thermal_density(impedance_ohm.real(), temperature_k);
    first.noise.voltage += std::norm(p.a) * density;
    first.noise.current += std::norm(p.c) * density;
    first.noise.cross += density * times(p.a, std::conj(p.c));
    p.b += times(p.a, impedance_ohm);
    p.d += times(p.c, impedance_ohm);
}

void then_shunt(NoisyTwoPort& first, Complex admittance_siemens, double temperature_k) noexcept {
    TwoPort& p = first.port;
    const double density = thermal_density(admittance_siemens.real(), temperature_k);
    first.noise.voltage += std::norm(p.b) * density;
    first.noise.current += std::norm(p.d) * density;
    first.noise.cross += density * times(p.b, std::conj(p.d));
    p.a += times(p.b, admittance_siemens);
    p.c += times(p.d, admittance_siemens);
}

void then_transformer(NoisyTwoPort& first, double turns) noexcept {
    TwoPort& p = first.port;
    p = {p.a * turns, p.b / turns, p.c * turns, p.d / turns};
}

void then_amplifier(NoisyTwoPort& first,
                    double gain_ratio,
                    double voltage_noise,
                    double current_noise) noexcept {
    TwoPort& p = first.port;
    first.noise.voltage += std::norm(p.a) * voltage_noise + std::norm(p.b) * current_noise;
    first.noise.current += std::norm(p.c) * voltage_noise + std::norm(p.d) * current_noise;
    first.noise.cross +=
        voltage_noise * times(p.a, std::conj(p.c)) + current_noise * times(p.b, std::conj(p.d));
    p = {p.a / gain_ratio, 0.0, p.c / gain_ratio, 0.0};
}

} // namespace gainstage::circuit
