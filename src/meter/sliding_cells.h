// SPDX-License-Identifier: MIT
// SlidingCells: the sum of the last 40 or 300 cells of a quantity. Every sum is made of fresh
// additions (four or thirty sums of ten), so nothing drifts, unlike a running sum that subtracts
// what leaves.
#pragma once

#include "meter/cell.h"

#include <array>
#include <vector>

namespace gainstage::meter {

class SlidingCells {
public:
    /// longest: in cells, a multiple of cells_a_hop
    explicit SlidingCells(std::size_t longest = cells_a_block) : tens_(longest, 0.0) {} // [main]

    void reset() noexcept { // [audio]
        cells_.fill(0.0);
        std::fill(tens_.begin(), tens_.end(), 0.0);
        next_cell_ = 0;
        next_ten_ = 0;
    }

    void push(double value) noexcept { // [audio]
        cells_[next_cell_] = value;
        next_cell_ = (next_cell_ + 1) % cells_.size();
        double ten = 0.0;
        for (const double cell : cells_) {
            ten += cell;
        }
        tens_[next_ten_] = ten;
        next_ten_ = next_ten_ + 1 == tens_.size() ? 0 : next_ten_ + 1;
    }

    /// Of the last `cells`, a multiple of cells_a_hop, at most `longest`.
    [[nodiscard]] double sum(std::size_t cells) const noexcept {
        std::size_t at = next_ten_ == 0 ? tens_.size() - 1 : next_ten_ - 1;
        double total = 0.0;
        for (std::size_t taken = 0; taken < cells; taken += cells_a_hop) {
            total += tens_[at];
            at = at >= cells_a_hop ? at - cells_a_hop : at + tens_.size() - cells_a_hop;
        }
        return total;
    }

private:
    std::array<double, cells_a_hop> cells_{};
    std::vector<double> tens_;
    std::size_t next_cell_ = 0;
    std::size_t next_ten_ = 0;
};

} // namespace gainstage::meter
