// SPDX-License-Identifier: MIT
#include "report/diagram_scale.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/level_diagram.h"
#include "report/style_sheets.h"

#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace gainstage::report {
namespace {

// Pixels at the drawing's own size. A column holds an arrow with its number on the left and the
// levels' numbers on the right: 112 px fit both in the widest of the page's fonts.
constexpr double left_px = 36.0;
constexpr double column_px = 112.0;
constexpr double gap_px = 16.0;
constexpr double right_px = 52.0;
constexpr double head_px = 42.0;
constexpr double plot_px = 304.0;
constexpr double foot_px = 62.0;
constexpr double strip_px = 9.0;
constexpr double sample_px = 23.0; ///< of a line in the legend, with its space
constexpr double line_px = 14.0;   ///< height of a number

constexpr double most_enlarged = 1.2; ///< in a wide page; its text would outgrow the page's

class Drawing {
public:
    Drawing(const LevelDiagram& diagram, const SvgOptions& options)
        : diagram_(diagram), options_(options),
          scale_(options.range.value_or(range_of({&diagram, 1}))) {}

    std::string str() {
        open();
        zones();
        grid();
        traces();
        for (std::size_t index = 0; index < diagram_.stages.size(); ++index) {
            heading(index);
            numbers(index);
            gaps(index);
        }
        zone_words();
        legend();
        out_ += "</svg>";
        return std::move(out_);
    }

private:
    template <typename... Values>
    void put(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
    }

    [[nodiscard]] double left(std::size_t index) const {
        return left_px + static_cast<double>(index) * (column_px + gap_px);
    }

    [[nodiscard]] double right(std::size_t index) const { return left(index) + column_px; }

    [[nodiscard]] double y(double level_db) const {
        return head_px + plot_px * (1.0 - scale_.position(level_db));
    }

    [[nodiscard]] double width() const { return std::max(plot_right() + right_px, legend_px()); }

    /// Where the last stage ends.
    [[nodiscard]] double plot_right() const {
        const double count = std::max(1.0, static_cast<double>(diagram_.stages.size()));
        return left_px + count * (column_px + gap_px) - gap_px;
    }

    /// Each entry takes about the width of its text; the widest of the page's fonts needs this much
    /// a character.
    [[nodiscard]] static double entry_px(std::string_view words) {
        constexpr double character_px = 6.6;
        return sample_px + character_px * display_width(words) + 14.0;
    }

    [[nodiscard]] double legend_px() const {
        return entry_px(diagram_.peak_name) + entry_px(diagram_.average_name) +
               entry_px(diagram_.floor_name);
    }

    void open() {
        const double height = head_px + plot_px + foot_px;
        put(R"(<svg class="level-diagram" {}viewBox="0 0 {:.0f} {:.0f}" width="{:.0f}" height="{:.0f}" )"
            R"(style="max-width:{:.0f}px" role="img" )",
            options_.standalone ? R"(xmlns="http://www.w3.org/2000/svg" )" : "", width(), height,
            width(), height, most_enlarged * width());
        put(R"(aria-labelledby="{0}-title {0}-desc"><title id="{0}-title">{1}</title><desc id="{0}-desc">{2}</desc>)",
            options_.id, xml(diagram_.title), xml(described(diagram_)));
        if (options_.standalone) {
            put("<style>{}</style>", level_diagram_css());
        }
        // Colour is never alone: red is hatched steeply, yellow has bars, blue has dots, green is
        // plain.
        put(R"(<defs><pattern id="{0}-clip" width="5" height="5" patternUnits="userSpaceOnUse">)"
            R"(<path class="ld-hatch" d="M-1 1L1 -1M0 5L5 0M4 6L6 4"/></pattern>)"
            R"(<pattern id="{0}-hot" width="5" height="5" patternUnits="userSpaceOnUse">)"
            R"(<path class="ld-hatch" d="M0 2.5H5"/></pattern>)"
            R"(<pattern id="{0}-noise" width="5" height="5" patternUnits="userSpaceOnUse">)"
            R"(<circle class="ld-dots" cx="2.5" cy="2.5" r="1"/></pattern></defs>)",
            options_.id);
    }

    void zone(std::size_t index, std::string_view name, double high_db, double low_db) {
        const double top = y(high_db);
        const double height = y(low_db) - top;
        if (height <= 0.0) {
            return;
        }
        put(R"(<rect class="ld-{} ld-tint" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>)",
            name, left(index), top, column_px, height);
        put(R"(<rect class="ld-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>)", name,
            left(index), top, strip_px, height);
        if (name != "target") {
            put(R"~(<rect fill="url(#{}-{})" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>)~",
                options_.id, name, left(index), top, strip_px, height);
        }
    }

    void zones() {
        constexpr double beyond_db = 1000.0; // the scale stops it at the edge
        for (std::size_t index = 0; index < diagram_.stages.size(); ++index) {
            const ZoneEdges& edges = diagram_.stages[index].zones;
            zone(index, "clip", beyond_db, edges.clip_db);
            zone(index, "hot", edges.clip_db, edges.target_high_db);
            zone(index, "target", edges.target_high_db, edges.target_low_db);
            zone(index, "noise", edges.target_low_db, -beyond_db);
            put(R"(<path class="ld-clipline" d="M{:.1f} {:.1f}H{:.1f}"/>)", left(index),
                y(edges.clip_db), right(index));
        }
    }

    void grid() {
        for (const double mark : scale_.marks()) {
            put(R"(<path class="ld-grid" d="M{:.1f} {:.1f}H{:.1f}"/>)", left_px, y(mark),
                plot_right());
            put(R"(<text class="ld-small ld-muted" x="{:.1f}" y="{:.1f}" text-anchor="end">{}{}</text>)",
                left_px - 6.0, y(mark) + 4.0, mark > 0.0 ? "+" : "", typeset(mark, 0));
        }
    }

    using Level = std::optional<double> DiagramStage::*;

    /// One level through all stages; broken where it wasn't measured.
    void trace(std::string_view name, Level level) {
        std::string path;
        bool broken = true;
        for (std::size_t index = 0; index < diagram_.stages.size(); ++index) {
            const auto level_db = diagram_.stages[index].*level;
            if (level_db) {
                path += fmt::format("{}{:.1f} {:.1f}H{:.1f}", broken ? "M" : "L", left(index),
                                    y(*level_db), right(index));
            }
            broken = !level_db;
        }
        if (!path.empty()) {
            put(R"(<path class="ld-{}" d="{}"/>)", name, path);
        }
    }

    /// The area between two levels, stage by stage and over the gaps.
    void area(std::string_view name, Level upper, Level lower) {
        std::string path;
        const auto both = [&](std::size_t index) {
            const DiagramStage& stage = diagram_.stages[index];
            return (stage.*upper).has_value() && (stage.*lower).has_value();
        };
        const auto quad = [&](double from, std::size_t a, double to, std::size_t b) {
            const DiagramStage& first = diagram_.stages[a];
            const DiagramStage& second = diagram_.stages[b];
            path += fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}V{:.1f}L{:.1f} {:.1f}Z", from,
                                y(*(first.*upper)), to, y(*(second.*upper)), y(*(second.*lower)),
                                from, y(*(first.*lower)));
        };
        for (std::size_t index = 0; index < diagram_.stages.size(); ++index) {
            if (!both(index)) {
                continue;
            }
            quad(left(index), index, right(index), index);
            if (index + 1 < diagram_.stages.size() && both(index + 1)) {
                quad(right(index), index, left(index + 1), index + 1);
            }
        }
        if (!path.empty()) {
            put(R"(<path class="ld-{}" d="{}"/>)", name, path);
        }
    }

    void traces() {
        area("river", &DiagramStage::peak_db, &DiagramStage::average_db);
        area("body", &DiagramStage::average_db, &DiagramStage::noise_db);
        trace("floor", &DiagramStage::noise_db);
        trace("average", &DiagramStage::average_db);
        trace("peak", &DiagramStage::peak_db);
    }

    void text(std::string_view classes,
              double x,
              double baseline,
              std::string_view anchor,
              std::string_view words) {
        put(R"(<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)", classes, x,
            baseline, anchor, xml(words));
    }

    void heading(std::size_t index) {
        const DiagramStage& stage = diagram_.stages[index];
        const double middle = left(index) + 0.5 * column_px;
        text("ld-name", middle, 15.0, "middle", shortened(stage.name, 16, true));
        text("ld-small ld-muted", middle, 31.0, "middle", stage.gain);
    }

    /// The levels' numbers at the right of the column, each beside its line, none over another.
    void numbers(std::size_t index) {
        const DiagramStage& stage = diagram_.stages[index];
        const double x = right(index) - 5.0;
        double free_from = head_px; // the first height that no number takes yet
        const auto number = [&](std::optional<double> level_db, std::string_view classes) {
            if (!level_db) {
                return;
            }
            const double line = y(*level_db);
            const bool above = line - 4.0 - line_px >= free_from;
            double baseline =
                above ? line - 5.0 : std::max(line + line_px, free_from + line_px - 2.0);
            baseline = std::min(baseline, head_px + plot_px - 3.0);
            text(classes, x, baseline, "end", (*level_db > 0.0 ? "+" : "") + typeset(level_db));
            free_from = std::max(baseline + 2.0, line + 2.0);
        };
        number(stage.peak_db, "ld-label");
        number(stage.average_db, "ld-label ld-strong");
        number(stage.noise_db, "ld-label ld-muted");
    }

    void arrow(std::size_t index,
               double upper_db,
               double lower_db,
               std::string_view words,
               std::string_view classes) {
        const double top = y(upper_db) + 1.5;
        const double bottom = y(lower_db) - 1.5;
        const double x = left(index) + strip_px + 9.0;
        constexpr double head = 3.5;
        if (bottom - top < 2.0 * head) {
            return; // the number is under the column in any case
        }
        put(R"(<path class="ld-arrow" d="M{0:.1f} {1:.1f}V{2:.1f}M{3:.1f} {4:.1f}L{0:.1f} {1:.1f}L{5:.1f} {4:.1f})"
            R"(M{3:.1f} {6:.1f}L{0:.1f} {2:.1f}L{5:.1f} {6:.1f}"/>)",
            x, top, bottom, x - head, top + head, x + head, bottom - head);
        if (bottom - top >= line_px) {
            text(classes, x + 7.0, 0.5 * (top + bottom) + 4.0, "start", words);
        }
    }

    void gaps(std::size_t index) {
        const DiagramStage& stage = diagram_.stages[index];
        const double middle = left(index) + 0.5 * column_px;
        double baseline = head_px + plot_px + 17.0;
        if (const auto headroom = headroom_db(stage)) {
            const bool over = is_over(*headroom);
            const std::string figure = typeset(std::abs(*headroom), 1) + " dB";
            if (over) {
                arrow(index, *stage.peak_db, stage.zones.clip_db, figure,
                      "ld-label ld-small ld-over");
            } else {
                arrow(index, stage.zones.clip_db, *stage.peak_db, figure,
                      "ld-label ld-small ld-muted");
            }
            text(over ? "ld-small ld-over" : "ld-small", middle, baseline, "middle",
                 over ? "over by " + figure : "headroom " + figure);
            baseline += 15.0;
        }
        if (const auto snr = snr_db(stage)) {
            const std::string figure = typeset(snr, 1) + " dB";
            if (*snr > 0.0) {
                arrow(index, *stage.average_db, *stage.noise_db, figure,
                      "ld-label ld-small ld-muted");
            }
            text("ld-small ld-muted", middle, baseline, "middle",
                 diagram_.span_name + ' ' + figure);
        }
    }

    void zone_words() {
        if (diagram_.stages.empty()) {
            text("ld-muted", 0.5 * width(), head_px + 0.5 * plot_px, "middle", "no stages");
            return;
        }
        const ZoneEdges& edges = diagram_.stages.back().zones;
        const double x = plot_right() + 6.0;
        const double top = head_px;
        const double bottom = head_px + plot_px;
        const auto word = [&](double from, double to, std::string_view zone_class,
                              std::string_view words) {
            if (to - from >= 0.8 * line_px) {
                text(fmt::format("ld-small ld-word-{}", zone_class), x, 0.5 * (from + to) + 4.0,
                     "start", words);
            }
        };
        word(top, y(edges.clip_db), "clip", diagram_.clip_name);
        word(y(edges.clip_db), y(edges.target_high_db), "hot", "hot");
        word(y(edges.target_high_db), y(edges.target_low_db), "target", "target");
        word(y(edges.target_low_db), bottom, "noise", "quiet");
    }

    void legend() {
        const double baseline = head_px + plot_px + 54.0;
        double x = 4.0;
        const auto entry = [&](std::string_view name, std::string_view words) {
            put(R"(<path class="ld-{}" d="M{:.1f} {:.1f}h18"/>)", name, x, baseline - 4.0);
            text("ld-small ld-muted", x + sample_px, baseline, "start", words);
            x += entry_px(words);
        };
        entry("peak", diagram_.peak_name);
        entry("average", diagram_.average_name);
        entry("floor", diagram_.floor_name);
    }

    const LevelDiagram& diagram_;
    const SvgOptions& options_;
    DiagramScale scale_;
    std::string out_;
};

} // namespace

std::string to_svg(const LevelDiagram& diagram, const SvgOptions& options) {
    return Drawing(diagram, options).str();
}

} // namespace gainstage::report
