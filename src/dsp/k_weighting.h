// SPDX-License-Identifier: MIT
// k_weighting: the two filters in front of every loudness, for any sample rate, and the power
// behind them. Gating and windows are the meters' (meter/loudness.h).
#pragma once

#include "units/quantity.h"

#include <array>
#include <cstddef>
#include <vector>

namespace gainstage::dsp {

/// y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]
struct Biquad {
    double b0, b1, b2, a1, a2;
};

struct KCoefficients {
    Biquad shelf;     ///< stage 1: the head
    Biquad high_pass; ///< stage 2: revised low-frequency B
};

/// At 48 kHz the tables of ITU-R BS.1770-5 Annex 1, to 1e-12; at other rates the same response:
/// bilinear transform of the analogue prototypes behind the tables, with the high pass scaled to
/// the 48 kHz one's gain.
///   error   against the 48 kHz response, 20 Hz to 20 kHz: 0.0015 dB at 44.1 kHz, 0.008 dB at 192
///   kHz
[[nodiscard]] KCoefficients k_weighting(Hertz sample_rate);

/// Memory of the two filters of one channel: what the shelf's two integrators hold, and the high
/// pass's two.
using KState = std::array<double, 4>;

/// The power of K-weighted channels: sum over the block of y^2.
///   in      finite samples; any block length
///   out     linear power times frames
///   method  a block is run as eight segments side by side in the registers. Each starts from the
///           exact state in which the one before it ends, which follows from the samples by a dot
///           product (the filter is linear): nothing is warmed up
///   error   single precision, in a form whose rounding the poles don't amplify. Against the
///           sample-by-sample form in double: 1e-5 of any 10 ms block's power (0.00004 LU) up to
///           192 kHz, 1e-4 at 768 kHz; a tone 40 dB under full-scale DC or a 5 Hz tone: 0.0001 LU
class KWeightedPower {
public:
    explicit KWeightedPower(Hertz sample_rate = Hertz{48000.0}); // [main] allocates about 80 kB

    /// Sum of squares of one channel's filtered block. [audio]
    [[nodiscard]] double process(const float* in, std::size_t frames, KState& state) const noexcept;

    struct Pair {
        double first;
        double second;
    };

    /// Two channels in one run: it costs little more than one. [audio]
    [[nodiscard]] Pair process(const float* first,
                               const float* second,
                               std::size_t frames,
                               KState& first_state,
                               KState& second_state) const noexcept;

    /// The same, sample by sample: the specification of process() and its oracle.
    [[nodiscard]] double
    process_scalar(const float* in, std::size_t frames, KState& state) const noexcept;

    /// What the kernels work with.
    struct Kernel {
        static constexpr std::size_t segments = 8;
        static constexpr std::size_t longest_segment = 256;
        static constexpr std::size_t widest_vector = 8;

        // Both filters by integrators, A = z^-1 / (1 - z^-1): single precision then costs neither
        // the gain at low frequencies nor the distance of the poles from 1. All are exact floats.
        /// Shelf: u = x - alpha q1 - beta q2, q1 = A u, q2 = A q1; out = direct x + first q1 +
        /// second q2, with the high pass's gain in it.
        double alpha, beta, direct, first, second;
        /// High pass: e = x - m1, y = e - m2, m1 = A (k e + c m2), m2 = A k y.
        double k, c;
        /// transition[m]: what m samples of silence add to a state; column by column.
        std::vector<std::array<float, 16>> transition;
        /// response[i][longest_segment - age]: what a sample of 1 leaves in state variable i, `age`
        /// samples later. Zeros follow, for vectors that reach beyond.
        std::array<std::vector<float>, 4> response;
    };

private:
    Kernel kernel_;
};

} // namespace gainstage::dsp
