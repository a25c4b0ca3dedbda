// SPDX-License-Identifier: MIT
// Table: aligned columns for a terminal, with headings of several lines; wider than the terminal,
// it goes on below with the first column again. And the inks that text is written in.
#pragma once

#include "report/text.h"
#include "verdict/finding.h"
#include "verdict/zone.h"

#include <string>
#include <string_view>
#include <vector>

namespace gainstage::report {

enum class Ink { plain, strong, dim, blue, green, yellow, red };

/// In ANSI colour if the options ask for it.
std::string inked(std::string_view text, Ink ink, const TextOptions& options);

Ink ink_of(verdict::Zone zone) noexcept;
Ink ink_of(verdict::Severity severity) noexcept;

struct Cell {
    std::string text;
    Ink ink = Ink::plain;
};

struct TableColumn {
    std::string label;   ///< broken at spaces where the column's figures are narrower
    std::string unit;    ///< the last line of the heading
    bool figures = true; ///< aligned right
};

class Table {
public:
    explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

    void add(std::vector<Cell> row) { rows_.push_back({"", std::move(row)}); }

    /// A line of its own, over the rows that follow.
    void add_heading(std::string_view words) { rows_.push_back({std::string(words), {}}); }

    /// The first column is shortened where it would take more than a third of the terminal.
    [[nodiscard]] std::string str(const TextOptions& options) const;

private:
    struct Shape;

    struct Row {
        std::string heading; ///< instead of cells
        std::vector<Cell> cells;
    };

    [[nodiscard]] Shape shape(std::size_t column, const TextOptions& options) const;
    [[nodiscard]] std::string block(const std::vector<Shape>& shapes,
                                    std::size_t first,
                                    std::size_t last,
                                    const TextOptions& options) const;

    std::vector<TableColumn> columns_;
    std::vector<Row> rows_;
};

} // namespace gainstage::report
