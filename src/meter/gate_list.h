// SPDX-License-Identifier: MIT
// GateList: the gates of GateHistogram without its bins: every block is kept and judged by itself.
// For proofs: memory grows with the stream, up to a length agreed beforehand.
#pragma once

#include "units/gain.h"

#include <cstddef>
#include <vector>

namespace gainstage::meter {

class GateList {
public:
    /// offset_db: as GateHistogram
    explicit GateList(double offset_db = 0.0);

    /// Room for `blocks` blocks, 8 bytes each; with none it keeps nothing. [main] allocates
    void prepare(std::size_t blocks);
    void reset() noexcept; // [audio]

    /// Blocks at or below -70 dB are dropped. [audio]
    void add(double power) noexcept;

    /// There was room for every block: the results below are the stream's.
    [[nodiscard]] bool is_complete() const noexcept { return room_ > 0 && !overflowed_; }

    /// As GateHistogram's; exact. [main]
    [[nodiscard]] double gated_power(Gain below_mean) const;

    /// As GateHistogram's; exact. [main]
    [[nodiscard]] Gain range(Gain below_mean, double low, double high) const;

private:
    [[nodiscard]] std::vector<double> above_gate(Gain below_mean) const;

    double absolute_gate_power_;
    std::size_t room_ = 0;
    bool overflowed_ = false;
    std::vector<double> powers_;
};

} // namespace gainstage::meter
