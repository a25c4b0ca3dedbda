// SPDX-License-Identifier: MIT
// Element: the parts that devices are drawn from: resistors, coils, capacitors, transformers, pads
// and amplifiers. Each becomes a two-port at a frequency.
#pragma once

#include "circuit/two_port.h"
#include "units/gain.h"
#include "units/quantity.h"

#include <span>
#include <variant>
#include <vector>

namespace gainstage::circuit {

/// Resistance, inductance and capacitance one behind the other, in the signal's way.
struct SeriesBranch {
    double resistance_ohm = 0.0;
    double inductance_h = 0.0;
    double capacitance_f = 0.0;    ///< 0: none, a wire
    bool has_thermal_noise = true; ///< off where a noise figure counts it already
};

/// Resistance, inductance and capacitance side by side, across the signal.
struct ShuntBranch {
    double resistance_ohm = 0.0; ///< 0: none, open
    double inductance_h = 0.0;   ///< 0: none, open
    double capacitance_f = 0.0;
    bool has_thermal_noise = true;
};

/// An ideal transformer: its windings' resistance, inductance and leakage are branches beside it.
struct TransformerElement {
    double turns = 1.0; ///< V2 = V1 / turns
};

/// A voltage amplifier behind its input branch and before its output branch.
struct AmplifierElement {
    Gain gain;
    double voltage_noise = 0.0; ///< V^2/Hz at its input
    double current_noise = 0.0; ///< A^2/Hz at its input
};

using Element = std::variant<SeriesBranch, ShuntBranch, TransformerElement, AmplifierElement>;

NoisyTwoPort at(const Element& element, double frequency_hz, double temperature_k) noexcept;

/// All of them, one behind the other.
NoisyTwoPort
at(std::span<const Element> elements, double frequency_hz, double temperature_k) noexcept;

/// A resistive pad between equal impedances: T, the same balanced (U: half of each series arm in
/// each leg, which is the same circuit for the signal), or L (series arm, then shunt arm).
enum class PadShape { t, u, l };

/// The resistors of a pad that loses `loss` (positive) between a source and a load of `impedance`.
/// An L pad has its input matched: its output impedance is less.
///   source  matched T: series (k - 1)/(k + 1) Z, shunt 2 k/(k^2 - 1) Z, with k = 10^(loss/20);
///           L with the load behind it: series Z (k - 1)/k, shunt Z/(k - 1)
std::vector<Element> pad(PadShape shape, Gain loss, Ohms impedance);

/// A cable: half its resistance, its capacitance across, the other half.
std::vector<Element> cable(double resistance_ohm, double capacitance_f);

/// A real transformer, seen from its first winding: winding resistance, inductance and capacitance
/// across it, leakage, the ideal one, the second winding's resistance.
struct TransformerFigures {
    double turns = 1.0;
    double primary_resistance_ohm = 0.0;
    double secondary_resistance_ohm = 0.0;
    double primary_inductance_h = 0.0; ///< 0: no limit to the bass
    double primary_capacitance_f = 0.0;
    double leakage_inductance_h = 0.0;
};

std::vector<Element> transformer(const TransformerFigures& figures);

} // namespace gainstage::circuit
