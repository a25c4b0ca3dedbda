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
    const Complex product = times(a, std::conj(b));
    const double square = std::norm(b);
    return {product.real() / square, product.imag() / square};
}

} // namespace

TwoPort operator*(const TwoPort& first, const TwoPort& second) noexcept {
    return {times(first.a, second.a) + times(first.b, second.c),
            times(first.a, second.b) + times(first.b, second.d),
            times(first.c, second.a) + times(first.d, second.c),
            times(first.c, second.b) + times(first.d, second.d)};
}

TwoPort series(Complex impedance_ohm) noexcept { return {1.0, impedance_ohm, 0.0, 1.0}; }

TwoPort shunt(Complex admittance_siemens) noexcept { return {1.0, 0.0, admittance_siemens, 1.0}; }

TwoPort transformer(double turns) noexcept { return {turns, 0.0, 0.0, 1.0 / turns}; }

TwoPort amplifier(double gain_ratio) noexcept { return {1.0 / gain_ratio, 0.0, 0.0, 0.0}; }

Complex voltage_ratio(const TwoPort& port, Load load) noexcept {
    return over(1.0, port.a + times(port.b, load.admittance));
}

Loaded loaded(const TwoPort& port, Load load) noexcept {
    const Complex ratio = voltage_ratio(port, load);
    return {{times(port.c + times(port.d, load.admittance), ratio)}, ratio};
}

Load input_load(const TwoPort& port, Load load) noexcept {
    return {over(port.c + times(port.d, load.admittance), port.a + times(port.b, load.admittance))};
}

Complex output_impedance(const TwoPort& port, Complex source_ohm) noexcept {
    return over(port.b + times(source_ohm, port.d), port.a + times(source_ohm, port.c));
}

Complex open_ratio(const TwoPort& port, Complex source_ohm) noexcept {
    return over(1.0, port.a + times(source_ohm, port.c));
}

double NoiseSources::with_source(Complex source_ohm) const noexcept {
    return voltage + std::norm(source_ohm) * current +
           2.0 * times(std::conj(source_ohm), cross).real();
}

NoiseSources operator+(const NoiseSources& a, const NoiseSources& b) noexcept {
    return {a.voltage + b.voltage, a.current + b.current, a.cross + b.cross};
}

NoisyTwoPort operator*(const NoisyTwoPort& first, const NoisyTwoPort& second) noexcept {
    // n = n1 + A1 n2, so that C = C1 + A1 C2 A1^H
    const TwoPort& p = first.port;
    const NoiseSources& n = second.noise;
    const Complex vi = n.cross;
    const Complex iv = std::conj(n.cross);
    NoiseSources seen;
    seen.voltage = std::norm(p.a) * n.voltage + std::norm(p.b) * n.current +
                   2.0 * times(times(p.a, std::conj(p.b)), vi).real();
    seen.current = std::norm(p.c) * n.voltage + std::norm(p.d) * n.current +
                   2.0 * times(times(p.c, std::conj(p.d)), vi).real();
    seen.cross = times(times(p.a, std::conj(p.c)), n.voltage) +
                 times(times(p.a, std::conj(p.d)), vi) + times(times(p.b, std::conj(p.c)), iv) +
                 times(times(p.b, std::conj(p.d)), n.current);
    return {p * second.port, first.noise + seen};
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

NoisyTwoPort thermal_series(Complex impedance_ohm, double temperature_k) noexcept {
    return {series(impedance_ohm),
            {thermal_density(impedance_ohm.real(), temperature_k), 0.0, 0.0}};
}

NoisyTwoPort thermal_shunt(Complex admittance_siemens, double temperature_k) noexcept {
    return {shunt(admittance_siemens),
            {0.0, thermal_density(admittance_siemens.real(), temperature_k), 0.0}};
}

} // namespace gainstage::circuit
