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
    explicit SlidingCells(std::size_t longest = cells_a_block) // [main]
        : longest_(longest / cells_a_hop), row_((longest_ + 3) / 4 * 4),
          tens_(row_ * cells_a_hop, 0.0) {}

    void reset() noexcept { // [audio]
        cells_.fill(0.0);
        std::fill(tens_.begin(), tens_.end(), 0.0);
        next_cell_ = 0;
        column_ = 0;
    }

    void push(double value) noexcept { // [audio]
        cells_[next_cell_] = value;
        const auto& c = cells_;
        const double ten =
            ((c[0] + c[1]) + (c[2] + c[3])) + ((c[4] + c[5]) + (c[6] + c[7])) + (c[8] + c[9]);
        tens_[next_cell_ * row_ + column_] = ten;
        last_row_ = next_cell_;
        last_column_ = column_;
        if (++next_cell_ == cells_a_hop) {
            next_cell_ = 0;
            column_ = column_ + 1 == longest_ ? 0 : column_ + 1;
        }
    }

    /// Of the last `cells`, a multiple of cells_a_hop, at most `longest`.
    [[nodiscard]] double sum(std::size_t cells) const noexcept {
        const double* const row = tens_.data() + last_row_ * row_;
        if (cells == longest_ * cells_a_hop) {
            return sum_of_row(row);
        }
        double total = 0.0;
        std::size_t at = last_column_;
        for (std::size_t taken = 0; taken < cells; taken += cells_a_hop) {
            total += row[at];
            at = at == 0 ? longest_ - 1 : at - 1;
        }
        return total;
    }

private:
    /// Four sums side by side: one addition waits for the one before it.
    [[nodiscard]] double sum_of_row(const double* row) const noexcept {
        double sums[4] = {};
        for (std::size_t at = 0; at < row_; at += 4) {
            for (std::size_t i = 0; i < 4; ++i) {
                sums[i] += row[at + i];
            }
        }
        return (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }

    // Windows end with any cell, but reach back in steps of ten: those that end with the same cell
    // of ten are one row, a ring.
    std::size_t longest_;
    std::size_t row_; ///< with zeros at its end, to a multiple of four
    static_assert(cells_a_hop == 10);
    std::array<double, cells_a_hop> cells_{};
    std::vector<double> tens_;
    std::size_t next_cell_ = 0;
    std::size_t column_ = 0;
    std::size_t last_row_ = 0;
    std::size_t last_column_ = 0;
};

} // namespace gainstage::meter
