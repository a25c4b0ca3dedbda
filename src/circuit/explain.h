// SPDX-License-Identifier: MIT
// Explain: why a solution is as it is, in sentences for a musician. It decides nothing.
#pragma once

#include "circuit/solver.h"

#include <optional>
#include <string>
#include <vector>

namespace gainstage::circuit {

/// How one device is set: "mic input, gain 32.0 dB, pad out". Empty if nothing can be set.
std::string described(const DeviceSettings& settings);

/// What is other about `other`: "with the -10 dB pad in", "into the line input", "without the
/// Cloudlifter".
std::string difference_between(const DeviceSettings& chosen, const DeviceSettings& other);

/// What speaks against a candidate besides its levels.
struct Drawbacks {
    bool is_dull = false;                     ///< it ends earlier in treble or bass than others
    std::optional<std::size_t> loading_stage; ///< an input that takes too much of what drives it
};

/// What that does: "loses 7.0 dB of signal-to-noise ratio", "is 12.0 dB too hot".
std::string outcome_of(const Candidate& chosen, const Candidate& other, const Drawbacks& of_other);

/// "1 in 340", "less than 1 in 10,000".
std::string odds_text(double odds);

/// Why it is set this way, where the noise comes from, what clips first, how far the meter should
/// read.
std::vector<std::string> reasons_of(const SourceSolution& solution);

/// The stage that most of the noise comes from: "Royer R-121's own noise is 81 % of it; …".
std::string bottleneck_text(const Candidate& candidate);

} // namespace gainstage::circuit
