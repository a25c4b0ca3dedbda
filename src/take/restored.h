// SPDX-License-Identifier: MIT
// Restored: what a peak that was cut off would be by the sound around it.
#pragma once

#include "take/highest_peaks.h"
#include "units/gain.h"

#include <optional>

namespace gainstage::take {

enum class SidesOfZero { one, both };

/// Samples [first, last] of a peak's surroundings.
struct PeakRun {
    std::size_t first = 0;
    std::size_t last = 0;

    [[nodiscard]] std::size_t frames() const noexcept { return last - first + 1; }
};

struct Restored {
    double missing = 0.0;    ///< mean, linear
    double most = 0.0;       ///< the highest restored sample over the one there is
    double deviations = 0.0; ///< root mean square for each sample, with the sign of `missing`

    /// On top of `level`, linear: 0 to 24 dB.
    [[nodiscard]] Gain depth(double level) const;
};

/// `run` is taken out, and with it whatever else lies at `threshold` and higher (on the other side
/// of zero, too, if `sides` says so), and restored by least squares from an autoregressive model of
/// the peak's surroundings (autoregressive.h). The longer the run, the lower it comes out. Nothing
/// in silence, or where too little is left.
[[nodiscard]] std::optional<Restored>
restored(const PeakInContext& peak, const PeakRun& run, float threshold, SidesOfZero sides);

} // namespace gainstage::take
