// SPDX-License-Identifier: MIT
// GateHistogram: powers of a stream's blocks, sorted into fine bins, so that gates which are known
// only at the end cost constant memory and no allocation, whatever the length.
#pragma once

#include "units/gain.h"

#include <cstdint>
#include <vector>

namespace gainstage::meter {

/// Bins of 0.01 dB from -70 dB (the absolute gate) to +60 dB, each with the number of its blocks
/// and the exact sum of their powers. What is louder counts in the last bin.
///   error   means are exact but for the one bin that a relative gate cuts: its blocks are judged
///   by their mean, so a block less
///           than 0.01 dB from the gate may be on the wrong side of it. A percentile is a bin's
///           mean: within 0.01 dB
class GateHistogram {
public:
    /// offset_db: level of a block = offset_db + 10 log10(power); -0.691 for loudness
    explicit GateHistogram(double offset_db = 0.0); // [main] allocates 208 kB

    void reset() noexcept; // [audio]

    /// Blocks at or below -70 dB are dropped. [audio]
    void add(double power) noexcept;

    /// Another stream's blocks too, as if one had followed the other with no block across the seam.
    /// Same offset.
    void add(const GateHistogram& other) noexcept;

    [[nodiscard]] std::uint64_t blocks() const noexcept { return blocks_; }

    /// Mean power of the blocks above the relative gate, which lies `below_mean` under the mean
    /// power of all blocks; 0 without blocks.
    [[nodiscard]] double gated_power(Gain below_mean) const noexcept;

    /// Blocks by level: [i] from -70 + i to below -69 + i dB. [main]
    [[nodiscard]] std::vector<std::uint64_t> counts_a_db() const;

    /// Between the percentiles `low` and `high` (0..1) of the blocks above the relative gate, by
    /// nearest rank; 0 dB without blocks.
    ///   source  EBU Tech 3342: x[round((n - 1) high)] - x[round((n - 1) low)]
    [[nodiscard]] Gain range(Gain below_mean, double low, double high) const noexcept;

private:
    struct Bin {
        std::uint64_t blocks = 0;
        double power = 0.0;
    };

    [[nodiscard]] std::size_t first_bin_above(Gain below_mean) const noexcept;

    double offset_db_;
    double absolute_gate_power_;
    std::uint64_t blocks_ = 0;
    std::vector<Bin> bins_;
};

} // namespace gainstage::meter
