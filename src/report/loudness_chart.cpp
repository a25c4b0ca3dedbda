// SPDX-License-Identifier: MIT
#include "report/loudness_chart.h"

#include "report/escape.h"
#include "report/figures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <vector>

namespace gainstage::report {
namespace {

constexpr double plot_top_px = 6.0;
constexpr double plot_px = 176.0;
constexpr double strip_gap_px = 10.0;
constexpr double strip_px = 40.0;
constexpr double axis_px = 22.0;
constexpr double across = 1000.0;     ///< the curves' own width; stretched to the page's
constexpr double bottom_lufs = -48.0; ///< music's quiet parts; below it a curve leaves the picture
constexpr std::size_t most_points = 600; ///< a page is seldom wider in pixels than twice this

/// The largest of each of at most `most_points` equal parts.
std::vector<double> thinned(std::span<const float> points) {
    const std::size_t count = std::min(points.size(), most_points);
    std::vector<double> out(count, -std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t first = i * points.size() / count;
        const std::size_t last = (i + 1) * points.size() / count;
        for (std::size_t k = first; k < last; ++k) {
            out[i] = std::max(out[i], static_cast<double>(points[k]));
        }
    }
    return out;
}

class Drawing {
public:
    explicit Drawing(const LoudnessChart& chart) : chart_(chart) {
        // The last point's hop may reach past the end of the stream.
        const double history_s =
            static_cast<double>(chart.history->momentary_lufs.size()) * chart.history->hop_s;
        length_s_ = std::max({chart.duration.value(), history_s, 1e-3});
        span_s_ = history_s;
        has_strip_ = !chart.gain_reduction_db.empty();
    }

    std::string str() {
        open();
        grid();
        curves();
        lines();
        if (has_strip_) {
            strip();
        }
        times();
        out_ += "</svg>";
        return std::move(out_);
    }

private:
    template <typename... Values>
    void put(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
    }

    [[nodiscard]] static double y(double lufs) {
        return plot_px * (std::clamp(-lufs, 0.0, -bottom_lufs) / -bottom_lufs);
    }

    [[nodiscard]] double bottom_px() const {
        return plot_top_px + plot_px + (has_strip_ ? strip_gap_px + strip_px : 0.0);
    }

    void open() {
        put(R"(<svg class="loudness" width="100%" height="{0:.0f}" role="img" aria-labelledby="{1}-title {1}-desc">)",
            bottom_px() + axis_px, chart_.id);
        std::string words =
            fmt::format("Momentary and short-term loudness over {}.", clock(chart_.duration));
        if (chart_.integrated) {
            words += fmt::format(" Integrated loudness {} LUFS.", typeset(chart_.integrated->db()));
        }
        if (chart_.target) {
            words += fmt::format(" Target {} LUFS.", typeset(chart_.target->db()));
        }
        if (chart_.max_gain_reduction) {
            words += fmt::format(" The limiter takes at most {} dB.",
                                 typeset(chart_.max_gain_reduction->db()));
        }
        put(R"(<title id="{0}-title">{1}</title><desc id="{0}-desc">{2}</desc>)", chart_.id,
            xml(chart_.title), xml(words));
    }

    /// A part of the picture whose horizontal scale follows the page; its strokes keep their width.
    void begin_stretched(double top_px, double height_px) {
        put(R"(<svg x="0" y="{:.0f}" width="100%" height="{:.0f}" viewBox="0 0 {:.0f} {:.0f}" preserveAspectRatio="none">)",
            top_px, height_px, across, height_px);
    }

    [[nodiscard]] double x(std::size_t point, std::size_t count) const {
        return across * (static_cast<double>(point) + 0.5) / static_cast<double>(count) * span_s_ /
               length_s_;
    }

    void grid() {
        for (const double mark : {-6.0, -12.0, -18.0, -24.0, -36.0}) {
            const double line = plot_top_px + y(mark);
            put(R"(<line class="grid" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>)", line);
        }
        put(R"(<rect class="frame" x="0" y="{:.0f}" width="100%" height="{:.0f}"/>)", plot_top_px,
            plot_px);
    }

    [[nodiscard]] std::string line_path(std::span<const double> points) const {
        std::string path;
        bool pen_up = true;
        for (std::size_t i = 0; i < points.size(); ++i) {
            const bool shown = points[i] > bottom_lufs;
            if (shown) {
                path += fmt::format("{}{:.1f} {:.1f}", pen_up ? 'M' : 'L', x(i, points.size()),
                                    y(points[i]));
            }
            pen_up = !shown;
        }
        return path;
    }

    void curves() {
        const std::vector<double> momentary = thinned(chart_.history->momentary_lufs);
        const std::vector<double> short_term = thinned(chart_.history->short_term_lufs);
        begin_stretched(plot_top_px, plot_px);
        if (!momentary.empty()) {
            std::string path = fmt::format("M{:.1f} {:.1f}", x(0, momentary.size()), plot_px);
            for (std::size_t i = 0; i < momentary.size(); ++i) {
                path += fmt::format("L{:.1f} {:.1f}", x(i, momentary.size()), y(momentary[i]));
            }
            path += fmt::format("V{:.1f}Z", plot_px);
            put(R"(<path class="momentary" d="{}"/>)", path);
        }
        const std::string line = line_path(short_term);
        if (!line.empty()) {
            put(R"(<path class="short-term" vector-effect="non-scaling-stroke" d="{}"/>)", line);
        }
        out_ += "</svg>";
        for (const double mark : {-6.0, -12.0, -18.0, -24.0, -36.0}) {
            put(R"(<text class="mark" x="5" y="{:.1f}">{}</text>)", plot_top_px + y(mark) - 3.0,
                typeset(mark, 0));
        }
    }

    void level_line(const char* kind, Lufs level, std::string_view words, bool above) {
        if (!std::isfinite(level.db())) {
            return;
        }
        const double line = plot_top_px + y(level.db());
        put(R"(<line class="{0}" x1="0" x2="100%" y1="{1:.1f}" y2="{1:.1f}"/>)", kind, line);
        put(R"(<text class="{}" x="100%" dx="-6" y="{:.1f}" text-anchor="end">{} {} LUFS</text>)",
            kind, above ? line - 5.0 : line + 14.0, words, typeset(level.db(), 1));
    }

    void lines() {
        if (chart_.target) {
            level_line("target", *chart_.target, "target", true);
        } else if (chart_.integrated) {
            level_line("integrated", *chart_.integrated, "integrated", true);
        }
    }

    void strip() {
        const std::vector<double> taken = thinned(chart_.gain_reduction_db);
        const double most = *std::max_element(taken.begin(), taken.end());
        const double full_db = std::max(6.0, 3.0 * std::ceil(most / 3.0));
        const double top = plot_top_px + plot_px + strip_gap_px;
        put(R"(<rect class="frame" x="0" y="{:.0f}" width="100%" height="{:.0f}"/>)", top,
            strip_px);
        begin_stretched(top, strip_px);
        std::string path = fmt::format("M{:.1f} 0", x(0, taken.size()));
        for (std::size_t i = 0; i < taken.size(); ++i) {
            const double depth = std::clamp(taken[i] / full_db, 0.0, 1.0);
            path += fmt::format("L{:.1f} {:.1f}", x(i, taken.size()), strip_px * depth);
        }
        put(R"(<path class="reduction" d="{}V0Z"/></svg>)", path);
        put(R"(<text class="mark" x="5" y="{:.1f}">limiter</text>)", top + strip_px - 6.0);
        put(R"(<text class="mark" x="100%" dx="-6" y="{:.1f}" text-anchor="end">{} dB</text>)",
            top + strip_px - 6.0, typeset(-full_db, 0));
    }

    void times() {
        constexpr double steps_s[] = {1,   2,   5,   10,   15,   30,   60,    120,
                                      300, 600, 900, 1800, 3600, 7200, 14400, 28800};
        constexpr double most_labels = 7.0;
        double step_s = steps_s[std::size(steps_s) - 1];
        for (const double candidate : steps_s) {
            if (length_s_ / candidate <= most_labels) {
                step_s = candidate;
                break;
            }
        }
        const double baseline = bottom_px() + 15.0;
        const double last_s = std::min(length_s_, most_labels * 1e3 * step_s);
        for (double at_s = 0.0; at_s <= last_s; at_s += step_s) {
            const double percent = 100.0 * at_s / length_s_;
            const char* anchor = at_s == 0.0 ? "start" : percent > 96.0 ? "end" : "middle";
            put(R"(<text class="time" x="{:.2f}%" y="{:.1f}" text-anchor="{}">{}</text>)", percent,
                baseline, anchor, clock(Seconds{at_s}));
        }
    }

    const LoudnessChart& chart_;
    double length_s_ = 1.0; ///< what the width stands for
    double span_s_ = 1.0;   ///< what the curves cover of it
    bool has_strip_ = false;
    std::string out_;
};

} // namespace

std::string to_svg(const LoudnessChart& chart) { return Drawing(chart).str(); }

} // namespace gainstage::report
