// SPDX-License-Identifier: MIT
#include "report/table.h"

#include "report/escape.h"

#include <algorithm>

namespace gainstage::report {
namespace {

constexpr int space_between = 2;

std::string padded(std::string_view text, int width, bool to_the_right) {
    const auto missing = static_cast<std::size_t>(std::max(0, width - display_width(text)));
    return to_the_right ? std::string(missing, ' ').append(text)
                        : std::string(text).append(missing, ' ');
}

void end_line(std::string& out) {
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
}

} // namespace

std::string inked(std::string_view text, Ink ink, const TextOptions& options) {
    if (!options.colour || ink == Ink::plain) {
        return std::string(text);
    }
    const char* code = "";
    switch (ink) {
    case Ink::plain:
        break;
    case Ink::strong:
        code = "1";
        break;
    case Ink::dim:
        code = "2";
        break;
    case Ink::blue:
        code = "34";
        break;
    case Ink::green:
        code = "32";
        break;
    case Ink::yellow:
        code = "33";
        break;
    case Ink::red:
        code = "31";
        break;
    }
    return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
}

Ink ink_of(verdict::Zone zone) noexcept {
    switch (zone) {
    case verdict::Zone::noise:
        return Ink::blue;
    case verdict::Zone::target:
        return Ink::green;
    case verdict::Zone::hot:
        return Ink::yellow;
    case verdict::Zone::clip:
        return Ink::red;
    }
    return Ink::plain;
}

Ink ink_of(verdict::Severity severity) noexcept {
    switch (severity) {
    case verdict::Severity::info:
        return Ink::blue;
    case verdict::Severity::warning:
        return Ink::yellow;
    case verdict::Severity::error:
        return Ink::red;
    }
    return Ink::plain;
}

struct Table::Shape {
    int width = 0;
    std::vector<std::string> heading; ///< its lines, unit last
};

Table::Shape Table::shape(std::size_t column, const TextOptions& options) const {
    int figures_width = display_width(columns_[column].unit);
    for (const Row& row : rows_) {
        if (!row.cells.empty()) {
            figures_width = std::max(figures_width, display_width(row.cells[column].text));
        }
    }
    if (column == 0 && options.width > 0) {
        figures_width = std::min(figures_width, std::max(12, options.width / 3));
    }
    Shape shape;
    shape.heading = wrapped(columns_[column].label, std::max(figures_width, 8));
    shape.width = figures_width;
    for (const std::string& line : shape.heading) {
        shape.width = std::max(shape.width, display_width(line));
    }
    shape.heading.push_back(columns_[column].unit);
    return shape;
}

std::string Table::block(const std::vector<Shape>& shapes,
                         std::size_t first,
                         std::size_t last,
                         const TextOptions& options) const {
    std::vector<std::size_t> shown = {0};
    for (std::size_t column = first; column < last; ++column) {
        shown.push_back(column);
    }
    std::size_t lines = 0;
    bool any_unit = false;
    for (const std::size_t column : shown) {
        lines = std::max(lines, shapes[column].heading.size());
        any_unit = any_unit || !columns_[column].unit.empty();
    }
    std::string out;
    const auto gap = [&](std::size_t column) {
        return std::string(column == 0 ? 0 : space_between, ' ');
    };
    for (std::size_t line = 0; line < (any_unit ? lines : lines - 1); ++line) {
        for (const std::size_t column : shown) {
            const auto& heading = shapes[column].heading;
            const std::size_t skipped = lines - heading.size(); // headings stand on their last line
            const std::string_view words =
                line < skipped ? std::string_view{} : heading[line - skipped];
            const bool is_unit = line + 1 == lines;
            out +=
                gap(column) + inked(padded(words, shapes[column].width, columns_[column].figures),
                                    is_unit ? Ink::dim : Ink::strong, options);
        }
        end_line(out);
    }
    for (const Row& row : rows_) {
        if (row.cells.empty()) {
            out += '\n' + inked(row.heading, Ink::strong, options) + '\n';
            continue;
        }
        for (const std::size_t column : shown) {
            const Cell& cell = row.cells[column];
            const std::string text = shortened(cell.text, shapes[column].width, options.unicode);
            out += gap(column) + inked(padded(text, shapes[column].width, columns_[column].figures),
                                       cell.ink, options);
        }
        end_line(out);
    }
    return out;
}

std::string Table::str(const TextOptions& options) const {
    std::vector<Shape> shapes;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        shapes.push_back(shape(column, options));
    }
    std::string out;
    for (std::size_t first = 1; first < columns_.size() || first == 1;) {
        int used = shapes[0].width;
        std::size_t last = first;
        // At least one column a block, however narrow the terminal.
        while (last < columns_.size() &&
               (last == first || options.width <= 0 ||
                used + space_between + shapes[last].width <= options.width)) {
            used += space_between + shapes[last].width;
            ++last;
        }
        out += (out.empty() ? "" : "\n") + block(shapes, first, last, options);
        first = std::max(last, first + 1);
    }
    return out;
}

} // namespace gainstage::report
