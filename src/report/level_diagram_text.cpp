// SPDX-License-Identifier: MIT
#include "report/diagram_scale.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/level_diagram.h"
#include "report/table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

constexpr int axis_columns = 5;
constexpr int stage_columns = 19; ///< zone 1, space 1, bar 3, space 1, number and word 13
constexpr int bar_columns = 3;
constexpr int diagram_rows = 25;

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

/// A stretch of stages that fits the terminal, as lines of characters.
class Picture {
public:
    Picture(std::span<const DiagramStage> stages,
            DiagramRange range,
            const LevelDiagram& diagram,
            const TextOptions& options)
        : stages_(stages), scale_(range), diagram_(diagram), options_(options) {}

    std::string str() const {
        std::string out = headings();
        const std::vector<double> marks = scale_.marks();
        for (int row = 0; row < diagram_rows; ++row) {
            std::string line = axis(row, marks);
            for (const DiagramStage& stage : stages_) {
                line += cell(stage, row);
            }
            line.erase(line.find_last_not_of(' ') + 1);
            out += line + '\n';
        }
        return out + gaps();
    }

private:
    /// The row that a level lies in; rows count from the top.
    [[nodiscard]] int row_of(double level_db) const {
        return std::clamp(static_cast<int>((1.0 - scale_.position(level_db)) * diagram_rows), 0,
                          diagram_rows - 1);
    }

    [[nodiscard]] std::string padded(std::string_view text, int width) const {
        const std::string shown = shortened(text, width, options_.unicode);
        return shown +
               std::string(static_cast<std::size_t>(std::max(0, width - display_width(shown))),
                           ' ');
    }

    std::string headings() const {
        std::string names(axis_columns, ' ');
        std::string gains(axis_columns, ' ');
        for (const DiagramStage& stage : stages_) {
            names +=
                inked(padded(clean(stage.name), stage_columns - 1), Ink::strong, options_) + ' ';
            // Models are typeset; a terminal's minus is a hyphen.
            gains +=
                inked(padded(ascii_minus(stage.gain), stage_columns - 1), Ink::dim, options_) + ' ';
        }
        names.pop_back(); // a space between columns, none after the last
        gains.pop_back();
        const bool any_gain = std::ranges::any_of(
            stages_, [](const DiagramStage& stage) { return !stage.gain.empty(); });
        return names + '\n' + (any_gain ? gains + '\n' : "");
    }

    static std::string ascii_minus(std::string_view text) {
        constexpr std::string_view minus = "\u2212";
        std::string out(text);
        for (std::size_t at = out.find(minus); at != std::string::npos; at = out.find(minus)) {
            out.replace(at, minus.size(), "-");
        }
        return clean(out);
    }

    std::string axis(int row, const std::vector<double>& marks) const {
        for (const double mark : marks) {
            if (row_of(mark) == row) {
                return inked(fmt::format("{:>4} ", (mark > 0.0 ? "+" : "") + figure(mark, 0)),
                             Ink::dim, options_);
            }
        }
        return std::string(axis_columns, ' ');
    }

    /// The zone's bar: colour where there is colour, a letter where there is none.
    std::string zone_mark(verdict::Zone zone) const {
        if (options_.colour && options_.unicode) {
            return inked("\u2588", ink_of(zone), options_);
        }
        switch (zone) {
        case verdict::Zone::noise:
            return inked("b", Ink::blue, options_);
        case verdict::Zone::target:
            return inked("g", Ink::green, options_);
        case verdict::Zone::hot:
            return inked("y", Ink::yellow, options_);
        case verdict::Zone::clip:
            return inked("R", Ink::red, options_);
        }
        return " ";
    }

    std::string cell(const DiagramStage& stage, int row) const {
        const double middle_db = scale_.level_at(1.0 - (row + 0.5) / diagram_rows);
        const bool clip_row = row == row_of(stage.zones.clip_db);
        const verdict::Zone zone =
            zone_at(stage.zones, clip_row ? stage.zones.clip_db + 0.001 : middle_db);
        return zone_mark(zone) + ' ' + bar(stage, row) + ' ' + number(stage, row);
    }

    std::string bar(const DiagramStage& stage, int row) const {
        const auto at_or_under = [&](std::optional<double> level_db) {
            return level_db && std::isfinite(*level_db) && row >= row_of(*level_db);
        };
        if (at_or_under(stage.noise_db)) {
            return repeated(options_.unicode ? "\u00B7" : ".", bar_columns);
        }
        if (at_or_under(stage.average_db)) {
            return repeated(options_.unicode ? "\u2588" : "#", bar_columns);
        }
        if (at_or_under(stage.peak_db)) {
            return repeated(options_.unicode ? "\u2591" : ":", bar_columns);
        }
        return std::string(bar_columns, ' ');
    }

    /// The level whose line runs through this row, and its name. Levels that share a row move down
    /// a row.
    std::string number(const DiagramStage& stage, int row) const {
        constexpr int width = stage_columns - bar_columns - 3;
        const std::array<std::pair<std::optional<double>, const char*>, 3> levels = {
            {{stage.peak_db, "peak"}, {stage.average_db, "avg"}, {stage.noise_db, "floor"}}};
        int free_row = 0;
        for (const auto& [level_db, name] : levels) {
            if (!level_db) {
                continue;
            }
            const int at = std::min(std::max(row_of(*level_db), free_row), diagram_rows - 1);
            if (at == row) {
                return padded(fmt::format("{} {}", figure(level_db, 1), name), width);
            }
            free_row = at + 1;
        }
        return std::string(width, ' ');
    }

    std::string gaps() const {
        std::string headrooms(axis_columns, ' ');
        std::string ratios(axis_columns, ' ');
        for (const DiagramStage& stage : stages_) {
            const auto headroom = headroom_db(stage);
            const auto snr = snr_db(stage);
            const bool over = headroom && is_over(*headroom);
            const std::string room =
                !headroom ? ""
                : over    ? fmt::format("over by {} dB", figure(-*headroom, 1))
                          : fmt::format("headroom {} dB", figure(std::max(0.0, *headroom), 1));
            headrooms +=
                inked(padded(room, stage_columns - 1), over ? Ink::red : Ink::plain, options_) +
                ' ';
            ratios += padded(snr ? fmt::format("{} {} dB", diagram_.span_name, figure(snr, 1)) : "",
                             stage_columns - 1) +
                      ' ';
        }
        std::string out;
        for (std::string* line : {&headrooms, &ratios}) {
            line->erase(line->find_last_not_of(' ') + 1);
            out += line->empty() ? "" : *line + '\n';
        }
        return out;
    }

    std::span<const DiagramStage> stages_;
    DiagramScale scale_;
    const LevelDiagram& diagram_;
    const TextOptions& options_;
};

std::string legend(const LevelDiagram& diagram, const TextOptions& options) {
    const char* average = options.unicode ? "\u2588" : "#";
    const char* peak = options.unicode ? "\u2591" : ":";
    const char* noise = options.unicode ? "\u00B7" : ".";
    const std::string zones = options.colour && options.unicode
                                  ? "zones red, yellow, green, blue"
                                  : "zones R red, y yellow, g green, b blue";
    const std::string text =
        fmt::format("{} up to the {}; {} up to the {}; {} {}; {}: {}, hot, target, quiet", average,
                    diagram.average_name, peak, diagram.peak_name, noise, diagram.floor_name, zones,
                    diagram.clip_name);
    std::string out;
    for (const std::string& line :
         wrapped(text, options.width > 0 ? std::max(20, options.width) : 0)) {
        out += inked(line, Ink::dim, options) + '\n';
    }
    return out;
}

} // namespace

std::string to_text(const LevelDiagram& diagram, const TextOptions& options) {
    std::string out = inked(clean(diagram.title), Ink::strong, options) + '\n';
    if (diagram.stages.empty()) {
        return out + "no stages\n";
    }
    const DiagramRange range = range_of({&diagram, 1});
    const int fitting = options.width > 0 ? (options.width - axis_columns + 1) / stage_columns
                                          : static_cast<int>(diagram.stages.size());
    const auto per_picture = static_cast<std::size_t>(std::max(1, fitting));
    const std::span<const DiagramStage> stages = diagram.stages;
    for (std::size_t first = 0; first < stages.size(); first += per_picture) {
        const auto part = stages.subspan(first, std::min(per_picture, stages.size() - first));
        out += '\n' + Picture(part, range, diagram, options).str();
    }
    return out + legend(diagram, options);
}

} // namespace gainstage::report
