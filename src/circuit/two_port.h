// SPDX-License-Identifier: MIT
// TwoPort: what a part of a circuit does to voltage and current at one frequency, and the noise it
// adds, as ABCD matrices and their noise correlation. Exact for linear circuits; it knows no
// clipping and no gear.
#pragma once

#include <complex>

namespace gainstage::circuit {

using Complex = std::complex<double>;

/// V1 = a V2 + b I2, I1 = c V2 + d I2, with I2 flowing out of the second port. The default is a
/// wire.
struct TwoPort {
    Complex a{1.0};
    Complex b{0.0}; ///< ohm
    Complex c{0.0}; ///< siemens
    Complex d{1.0};
};

/// What a port is ended with. Kept as an admittance, so that an open end is 0 and no special case.
struct Load {
    Complex admittance{0.0}; ///< siemens
};

/// The second behind the first.
TwoPort operator*(const TwoPort& first, const TwoPort& second) noexcept;

TwoPort series(Complex impedance_ohm) noexcept;
TwoPort shunt(Complex admittance_siemens) noexcept;

/// An ideal transformer: `turns` to 1, so that V2 = V1 / turns.
TwoPort transformer(double turns) noexcept;

/// A voltage amplifier that takes no current and lets nothing back.
TwoPort amplifier(double gain_ratio) noexcept;

/// V2 / V1.
Complex voltage_ratio(const TwoPort& port, Load load) noexcept;

/// Both, as they are needed together: what the first port takes, and V2 / V1.
struct Loaded {
    Load input;
    Complex ratio;
};

Loaded loaded(const TwoPort& port, Load load) noexcept;

/// What the first port looks like from before, with `load` behind the second.
Load input_load(const TwoPort& port, Load load) noexcept;

/// The source impedance (ohm) at the second port, when it is `source_ohm` at the first.
Complex output_impedance(const TwoPort& port, Complex source_ohm) noexcept;

/// Open-circuit V2 / emf, for a source of that impedance before it.
Complex open_ratio(const TwoPort& port, Complex source_ohm) noexcept;

/// Noise at the first port of a noiseless two-port: a voltage in series and a current across, and
/// how they go together. One-sided densities.
///   source  H. Hillbrand, P. Russer, An efficient method for computer aided noise analysis of
///   linear
///           amplifier networks, IEEE Trans. Circuits and Systems 23 (1976): the chain
///           representation
struct NoiseSources {
    double voltage = 0.0; ///< V^2/Hz
    double current = 0.0; ///< A^2/Hz
    Complex cross{0.0};   ///< <v i*>, W/Hz

    /// What both make with a source of that impedance: V^2/Hz in series with it.
    [[nodiscard]] double with_source(Complex source_ohm) const noexcept;
};

NoiseSources operator+(const NoiseSources& a, const NoiseSources& b) noexcept;

struct NoisyTwoPort {
    TwoPort port;
    NoiseSources noise;
};

/// The second behind the first: its noise is seen through the first.
NoisyTwoPort operator*(const NoisyTwoPort& first, const NoisyTwoPort& second) noexcept;

/// The same for the simplest ones, whose zeros and ones aren't multiplied: `first` becomes the
/// product.
void then_series(NoisyTwoPort& first, Complex impedance_ohm, double temperature_k) noexcept;
void then_shunt(NoisyTwoPort& first, Complex admittance_siemens, double temperature_k) noexcept;
void then_transformer(NoisyTwoPort& first, double turns) noexcept;

/// An amplifier with uncorrelated noise at its input: V^2/Hz and A^2/Hz.
void then_amplifier(NoisyTwoPort& first,
                    double gain_ratio,
                    double voltage_noise,
                    double current_noise) noexcept;

/// A series impedance and a shunt admittance with the thermal noise of their resistive part.
NoisyTwoPort thermal_series(Complex impedance_ohm, double temperature_k) noexcept;
NoisyTwoPort thermal_shunt(Complex admittance_siemens, double temperature_k) noexcept;

} // namespace gainstage::circuit
