// SPDX-License-Identifier: MIT
// MovingCorrelation: how alike left and right are just now; of a whole stream, meter/correlation.h.
#pragma once

#include "units/quantity.h"

#include <optional>
#include <span>

namespace gainstage::ballistics {

/// No standard gives a correlation meter's speed: makers' are between 0.3 and 2 s. Ours gets 99 %
/// of the way in 1 s.
inline constexpr Seconds correlation_rise{1.0};

/// Of two channels: +1 the same, 0 nothing in common, -1 inverted.
///   in      finite samples, linear, full scale 1.0
///   out     nothing while either channel is below -100 dBFS (RMS): it would be that of noise
class MovingCorrelation {
public:
    void prepare(Hertz sample_rate); // [main]
    void reset() noexcept;           // [audio]
    void process(std::span<const float> left,
                 std::span<const float> right) noexcept; // [audio] of the same length

    [[nodiscard]] std::optional<double> value() const noexcept; // [audio]

private:
    double step_ = 1.0;
    double product_ = 0.0;
    double left_square_ = 0.0;
    double right_square_ = 0.0;
};

} // namespace gainstage::ballistics
