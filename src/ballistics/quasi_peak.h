// SPDX-License-Identifier: MIT
// QuasiPeak: the needle of a peak programme meter, which ignores peaks too short to be heard as
// distortion. Its scales (DIN, Nordic, BBC, EBU) are in meters.h; a digital peak meter is PeakFall.
#pragma once

#include "units/quantity.h"

#include <span>

namespace gainstage::ballistics {

/// Two peak followers side by side and the sum of both: one alone can't meet the burst table of
/// Type II with room to spare (-9.88 instead of -9 dB at 1.5 ms).
struct QuasiPeakDesign {
    Seconds slow_rise; ///< time constant while the signal is above the follower
    Seconds fast_rise;
    double fall_db; ///< fall_db in fall_time, at constant speed
    Seconds fall_time;
    double steady; ///< what brings a steady 1 kHz sine to its peak value: both followers stay below
};

/// IEC 60268-10 Type I (DIN 45406, Nordic): 5 ms integration, 20 dB in 1.7 s. The rise times and
/// `steady` were fitted to its table of 5 kHz bursts (10 ms -1, 5 ms -2, 3 ms -4, 0.4 ms -15 dB):
/// -0.91, -2.22, -3.77, -15.05.
inline constexpr QuasiPeakDesign type_1{Seconds{1.0 / 435.5}, Seconds{1.0 / 1188.1}, 20.0,
                                        Seconds{1.7}, 0.5113};

/// IEC 60268-10 Type II (British IIa, EBU IIb): 10 ms integration, 24 dB in 2.8 s. Fitted to 100 ms
/// 0, 10 ms -2, 5 ms -4, 1.5 ms -9, 0.5 ms -17 dB: -0.02, -1.92, -3.81, -9.25, -16.50.
inline constexpr QuasiPeakDesign type_2{Seconds{1.0 / 216.0}, Seconds{1.0 / 867.3}, 24.0,
                                        Seconds{2.8}, 0.5135};

/// One channel.
///   in      finite samples, linear, full scale 1.0
///   out     amplitude of the steady sine that reads the same
///   range   the same within 0.1 dB from 44.1 to 192 kHz; works at any rate
class QuasiPeak {
public:
    explicit QuasiPeak(const QuasiPeakDesign& design = type_1) noexcept : design_(design) {}

    void prepare(Hertz sample_rate);                      // [main]
    void reset() noexcept;                                // [audio]
    void process(std::span<const float> signal) noexcept; // [audio]

    /// The highest since it was last taken; from then on, from where the needle is. [audio]
    double take() noexcept;

private:
    QuasiPeakDesign design_;
    double slow_rise_ = 0.0; ///< 1 - exp(-1 / (rise_s * rate_hz)), a sample
    double fast_rise_ = 0.0;
    double fall_ = 1.0; ///< factor a sample
    double slow_ = 0.0;
    double fast_ = 0.0;
    double highest_ = 0.0;
};

} // namespace gainstage::ballistics
