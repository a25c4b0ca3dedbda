// SPDX-License-Identifier: MIT
#include "report/escape.h"
#include "report/figures.h"
#include "report/style_sheets.h"
#include "report/wiring.h"

#include <algorithm>

#include <fmt/format.h>

namespace gainstage::report {
namespace {

constexpr double width_px = 1160.0;
constexpr double box_left_px = 300.0; // the interface; what is plugged in stands beside it
constexpr double box_right_px = 860.0;
constexpr double title_px = 54.0;
constexpr double line_px = 17.0;
constexpr double gap_px = 20.0; // between two sockets

std::string text(double x, double y, const char* how, std::string_view words) {
    return fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" {}>{}</text>\n", x, y, how,
                       xml(with_minus_signs(std::string(words))));
}

/// What is told inside the interface, a line each.
std::vector<std::string> port_lines(const WiringPort& port, bool is_input) {
    std::vector<std::string> lines = {port.connector + ", " + port.impedance, port.nominal,
                                      (is_input ? "0 dBFS: " : "at 0 dBFS: ") + port.full_scale};
    if (!port.gain.empty()) {
        lines.push_back(port.gain);
    }
    if (port.unverified) {
        lines.emplace_back("unverified figures");
    }
    return lines;
}

/// What is plugged in, each way in lines that fit beside the box.
std::vector<std::string> plugged_lines(const WiringPort& port) {
    constexpr int columns = 38;
    std::vector<std::string> lines;
    for (const auto& way : port.plugged) {
        std::string words;
        for (std::size_t i = 0; i < way.size(); ++i) {
            words += (i == 0 ? "" : i == 1 ? ": " : " \u2192 ") + clean(way[i]);
        }
        for (std::string& line : wrapped(words, columns)) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

double height_of(const WiringPort& port, bool is_input) {
    const std::size_t lines =
        std::max(port_lines(port, is_input).size() + 1, plugged_lines(port).size());
    return static_cast<double>(lines) * line_px + gap_px;
}

/// One socket with its words inside, and outside what is plugged in.
std::string drawn(const WiringPort& port, bool is_input, double top) {
    const double edge = is_input ? box_left_px : box_right_px;
    const double inner = is_input ? edge + 20.0 : edge - 20.0;
    const char* const inside = is_input ? "class=\"ld-small ld-muted\""
                                        : "class=\"ld-small ld-muted\" text-anchor=\"end\"";
    const char* const head =
        is_input ? "class=\"ld-name\"" : "class=\"ld-name\" text-anchor=\"end\"";
    std::string out = text(inner, top + line_px, head, port.name);
    double y = top + line_px;
    for (const std::string& line : port_lines(port, is_input)) {
        y += line_px;
        out += text(inner, y, inside, line);
    }
    const auto plugged = plugged_lines(port);
    const double socket_y = top + line_px - 4.0;
    if (!plugged.empty()) {
        const double outer = is_input ? edge - 26.0 : edge + 26.0;
        out += fmt::format("<path d=\"M {:.0f} {:.0f} H {:.0f}\" class=\"ld-average\"/>\n", outer,
                           socket_y, edge);
        y = top + line_px;
        for (const std::string& line : plugged) {
            out += text(is_input ? outer - 8.0 : outer + 8.0, y,
                        is_input ? "text-anchor=\"end\"" : "", line);
            y += line_px;
        }
    }
    out += fmt::format("<circle cx=\"{:.0f}\" cy=\"{:.0f}\" r=\"7\" class=\"{}\"/>\n", edge,
                       socket_y, plugged.empty() ? "wm-socket" : "ld-target");
    return out;
}

std::string described(const WiringMap& map) {
    std::string words;
    const auto add = [&](const WiringPort& port, bool is_input) {
        words += port.name;
        for (const std::string& line : port_lines(port, is_input)) {
            words += ", " + line;
        }
        for (const auto& way : port.plugged) {
            words += ", plugged in: " + fmt::format("{}", fmt::join(way, ", "));
        }
        words += ". ";
    };
    for (const WiringPort& port : map.inputs) {
        add(port, true);
    }
    for (const WiringPort& port : map.outputs) {
        add(port, false);
    }
    return words;
}

} // namespace

std::string wiring_svg(const WiringMap& map, bool standalone) {
    std::string inside;
    double left = title_px;
    double right = title_px;
    for (const WiringPort& port : map.inputs) {
        inside += drawn(port, true, left);
        left += height_of(port, true);
    }
    for (const WiringPort& port : map.outputs) {
        inside += drawn(port, false, right);
        right += height_of(port, false);
    }
    const double height = std::max({left, right, title_px + 40.0}) + 12.0;
    // Nothing is plugged in: nothing stands beside the box.
    const auto taken = [](const WiringPort& port) { return !port.plugged.empty(); };
    const bool is_alone =
        std::ranges::none_of(map.inputs, taken) && std::ranges::none_of(map.outputs, taken);
    const double edge = is_alone ? box_left_px - 20.0 : 0.0;
    const double width = width_px - 2.0 * edge;
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"level-diagram\" role=\"img\" "
        "viewBox=\"{2:.0f} 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\">\n",
        width, height, edge);
    if (standalone) {
        out += fmt::format("<style>{}</style>\n", level_diagram_css());
    }
    out += fmt::format("<title>Map of {}</title><desc>{}</desc>\n", xml(map.title),
                       xml(with_minus_signs(described(map))));
    out += fmt::format("<rect x=\"{:.0f}\" y=\"6\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"10\" "
                       "class=\"wm-box\"/>\n",
                       box_left_px, box_right_px - box_left_px, height - 12.0);
    out += text(0.5 * (box_left_px + box_right_px), 34.0,
                "class=\"wm-title\" text-anchor=\"middle\"", map.title);
    return out + inside + "</svg>\n";
}

} // namespace gainstage::report
