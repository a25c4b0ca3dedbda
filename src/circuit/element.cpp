// SPDX-License-Identifier: MIT
#include "circuit/element.h"

#include <numbers>

namespace gainstage::circuit {
namespace {

double radians_per_s(double frequency_hz) { return 2.0 * std::numbers::pi * frequency_hz; }

void then(NoisyTwoPort& first,
          const SeriesBranch& branch,
          double frequency_hz,
          double temperature_k) noexcept {
    const double w = radians_per_s(frequency_hz);
    double reactance = w * branch.inductance_h;
    if (branch.capacitance_f > 0.0) {
        reactance -= 1.0 / (w * branch.capacitance_f);
    }
    then_series(first, {branch.resistance_ohm, reactance},
                branch.has_thermal_noise ? temperature_k : 0.0);
}

void then(NoisyTwoPort& first,
          const ShuntBranch& branch,
          double frequency_hz,
          double temperature_k) noexcept {
    const double w = radians_per_s(frequency_hz);
    double susceptance = w * branch.capacitance_f;
    if (branch.inductance_h > 0.0) {
        susceptance -= 1.0 / (w * branch.inductance_h);
    }
    const double conductance = branch.resistance_ohm > 0.0 ? 1.0 / branch.resistance_ohm : 0.0;
    then_shunt(first, {conductance, susceptance}, branch.has_thermal_noise ? temperature_k : 0.0);
}

void then(NoisyTwoPort& first, const TransformerElement& element, double, double) noexcept {
    then_transformer(first, element.turns);
}

void then(NoisyTwoPort& first, const AmplifierElement& element, double, double) noexcept {
    then_amplifier(first, element.gain.to_amplitude_ratio(), element.voltage_noise,
                   element.current_noise);
}

} // namespace

NoisyTwoPort at(const Element& element, double frequency_hz, double temperature_k) noexcept {
    return at(std::span(&element, 1), frequency_hz, temperature_k);
}

NoisyTwoPort
at(std::span<const Element> elements, double frequency_hz, double temperature_k) noexcept {
    NoisyTwoPort all;
    for (const Element& element : elements) {
        std::visit([&](const auto& one) { then(all, one, frequency_hz, temperature_k); }, element);
    }
    return all;
}

std::vector<Element> pad(PadShape shape, Gain loss, Ohms impedance) {
    const double k = loss.to_amplitude_ratio();
    const double z = impedance.value();
    if (k <= 1.0) {
        return {};
    }
    if (shape == PadShape::l) {
        return {SeriesBranch{.resistance_ohm = z * (k - 1.0) / k},
                ShuntBranch{.resistance_ohm = z / (k - 1.0)}};
    }
    const double arm = z * (k - 1.0) / (k + 1.0);
    return {SeriesBranch{.resistance_ohm = arm},
            ShuntBranch{.resistance_ohm = z * 2.0 * k / (k * k - 1.0)},
            SeriesBranch{.resistance_ohm = arm}};
}

std::vector<Element> cable(double resistance_ohm, double capacitance_f) {
    return {SeriesBranch{.resistance_ohm = resistance_ohm / 2.0},
            ShuntBranch{.capacitance_f = capacitance_f},
            SeriesBranch{.resistance_ohm = resistance_ohm / 2.0}};
}

std::vector<Element> transformer(const TransformerFigures& figures) {
    return {SeriesBranch{.resistance_ohm = figures.primary_resistance_ohm,
                         .inductance_h = figures.leakage_inductance_h},
            ShuntBranch{.inductance_h = figures.primary_inductance_h,
                        .capacitance_f = figures.primary_capacitance_f},
            TransformerElement{figures.turns},
            SeriesBranch{.resistance_ohm = figures.secondary_resistance_ohm}};
}

} // namespace gainstage::circuit
