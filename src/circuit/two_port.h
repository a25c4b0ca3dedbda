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

/// V2 / V1.
Complex voltage_ratio(const TwoPort& port, Load load) noexcept;

/// Both, as they are needed together: what the first port takes, and V2 / V1.
struct Loaded {
    Load input;
    Complex ratio;
};

Loaded loaded(const TwoPort& port, Load load) noexcept;

/// The source impedance (ohm) at the second port, when it is `source_ohm` at the first.
Complex output_impedance(const TwoPort& port, Complex source_ohm) noexcept;

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

struct NoisyTwoPort {
    TwoPort port;
    NoiseSources noise;
};

/// One more part behind `first`, which becomes both: its noise is seen through what is before it.
/// The resistive part of an impedance or admittance makes thermal noise; 0 K: none.
///   note  a general product of two such matrices would multiply mostly zeros and ones
void then_series(NoisyTwoPort& first, Complex impedance_ohm, double temperature_k) noexcept;
void then_shunt(NoisyTwoPort& first, Complex admittance_siemens, double temperature_k) noexcept;
void then_transformer(NoisyTwoPort& first, double turns) noexcept;

/// An amplifier with uncorrelated noise at its input: V^2/Hz and A^2/Hz.
void then_amplifier(NoisyTwoPort& first,
                    double gain_ratio,
                    double voltage_noise,
                    double current_noise) noexcept;

} // namespace gainstage::circuit
