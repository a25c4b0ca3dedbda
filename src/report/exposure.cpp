// SPDX-License-Identifier: MIT
#include "report/exposure.h"

#include "report/escape.h"
#include "report/figures.h"
#include "report/style_sheets.h"
#include "report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace gainstage::report {
namespace {

using take::Exposure;
using verdict::Zone;

constexpr std::array zones = {Zone::noise, Zone::target, Zone::hot, Zone::clip};
constexpr std::array<std::string_view, 4> zone_words = {"near the noise", "on target", "hot",
                                                        "clips"};
constexpr std::array<std::string_view, 4> zone_fills = {"#3867a8", "#2c7d58", "#b58900", "#b8322a"};
constexpr std::array<char, 4> zone_letters = {'n', 'o', 'h', 'c'};

// A bin as high as this share of the time fills the picture; music spreads over ten bins and more.
constexpr double least_full_share = 0.10;
constexpr double draw_floor_dbfs = Exposure::lowest_dbfs;

std::size_t index(Zone zone) { return static_cast<std::size_t>(zone); }

Zone zone_of_bin(const Exposure& exposure, std::size_t bin) {
    // The first bin holds all that lies lower, too.
    const double noise_share = exposure.zone_share[index(Zone::noise)];
    if (bin == 0 && exposure.histogram[0] > 0.0 && noise_share >= 0.5 * exposure.histogram[0]) {
        return Zone::noise;
    }
    const double middle_dbfs =
        draw_floor_dbfs + (static_cast<double>(bin) + 0.5) * Exposure::bin_db;
    return bin + 1 == Exposure::bins ? exposure.zone_of(Dbfs{0.0})
                                     : exposure.zone_of(Dbfs{middle_dbfs});
}

/// One of nine heights, from nothing to full.
std::string_view block(double part, bool unicode) {
    static constexpr std::array<std::string_view, 9> blocks = {
        " ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
    static constexpr std::array<std::string_view, 9> plain = {" ", ".", ":", "-", "=",
                                                              "+", "*", "%", "#"};
    const double eighths = std::clamp(part, 0.0, 1.0) * 8.0;
    // What is there at all is seen.
    const auto place = static_cast<std::size_t>(part > 0.0 ? std::max(1.0, eighths + 0.5) : 0.0);
    return (unicode ? blocks : plain)[std::min<std::size_t>(place, 8)];
}

double full_share(const Exposure& exposure) {
    return std::max(least_full_share, *std::ranges::max_element(exposure.histogram));
}

double height(Dbfs level) {
    return level.is_silent() ? 0.0 : std::clamp(1.0 - level.db() / draw_floor_dbfs, 0.0, 1.0);
}

std::string shares(const Exposure& exposure, const TextOptions& options) {
    std::string out;
    for (const Zone zone : zones) {
        const double percent = 100.0 * exposure.zone_share[index(zone)];
        if (percent > 0.0) {
            const std::string words =
                fmt::format("{} {}", percent < 1.0 ? "<1 %" : fmt::format("{:.0f} %", percent),
                            zone_words[index(zone)]);
            out += (out.empty() ? "" : ", ") + inked(words, ink_of(zone), options);
        }
    }
    return out.empty() ? "digital silence" : out;
}

constexpr std::size_t most_columns = 60; // of the level over time, in a terminal

/// The highest of each of at most `columns` equal parts.
std::vector<Dbfs> thinned(const std::vector<Dbfs>& moments, std::size_t columns) {
    std::vector<Dbfs> out(std::min(moments.size(), columns));
    for (std::size_t i = 0; i < moments.size(); ++i) {
        Dbfs& column = out[i * out.size() / moments.size()];
        column = std::max(column, moments[i]);
    }
    return out;
}

template <typename... Values>
void put(std::string& out, fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Values>(values)...);
}

// The drawing's measures, in its own pixels.
constexpr double width_px = 640.0;
constexpr double left_px = 8.0;
constexpr double plot_px = 624.0;
constexpr double bars_top_px = 8.0;
constexpr double bars_px = 90.0;
constexpr double time_top_px = 130.0;
constexpr double time_px = 70.0;

double x_of(double level_dbfs) {
    const double range = Exposure::bin_db * static_cast<double>(Exposure::bins);
    return left_px + plot_px * (level_dbfs - draw_floor_dbfs) / range;
}

void draw_histogram(const Exposure& exposure, std::string& svg) {
    for (std::size_t bin = 0; bin < Exposure::bins; ++bin) {
        const double tall = bars_px * exposure.histogram[bin] / full_share(exposure);
        if (tall <= 0.0) {
            continue;
        }
        const double x = x_of(draw_floor_dbfs + static_cast<double>(bin) * Exposure::bin_db);
        put(svg,
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n",
            x + 0.5, bars_top_px + bars_px - std::max(1.0, tall),
            plot_px / static_cast<double>(Exposure::bins) - 1.0, std::max(1.0, tall),
            zone_fills[index(zone_of_bin(exposure, bin))]);
    }
    put(svg, "<path d=\"M{:.0f} {:.1f}h{:.0f}\" stroke=\"#888\"/>\n", left_px,
        bars_top_px + bars_px, plot_px);
    for (double level = draw_floor_dbfs; level <= 0.0; level += 12.0) {
        put(svg, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{:.0f}</text>\n", x_of(level),
            bars_top_px + bars_px + 14.0, level == draw_floor_dbfs ? "start" : "middle", level);
    }
}

void draw_time(const Exposure& exposure, std::string& svg) {
    const auto count = static_cast<double>(std::max<std::size_t>(1, exposure.moments.size()));
    const auto y = [](Dbfs level) { return time_top_px + time_px * (1.0 - height(level)); };
    for (const Dbfs edge : {exposure.hot, exposure.clip}) {
        put(svg,
            "<path d=\"M{:.0f} {:.1f}h{:.0f}\" stroke=\"#888\" stroke-dasharray=\"3 4\" "
            "stroke-width=\"0.7\"/>\n",
            left_px, y(edge), plot_px);
    }
    for (std::size_t i = 0; i < exposure.moments.size(); ++i) {
        const Dbfs level = exposure.moments[i];
        if (height(level) > 0.0) {
            put(svg,
                "<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\" "
                "fill=\"{}\"/>\n",
                left_px + plot_px * static_cast<double>(i) / count, y(level), plot_px / count,
                time_px * height(level), zone_fills[index(exposure.zone_of(level))]);
        }
    }
    const Seconds length{exposure.moment.value() * static_cast<double>(exposure.moments.size())};
    put(svg, "<text x=\"{:.0f}\" y=\"{:.1f}\">0:00</text>\n", left_px,
        time_top_px + time_px + 15.0);
    put(svg, "<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", left_px + plot_px,
        time_top_px + time_px + 15.0, clock(length));
}

std::string plain_shares(const Exposure& exposure) { return shares(exposure, {}); }

std::string card(const Outcome<take::Take>& outcome) {
    const std::string title = xml(outcome.path.filename().string());
    if (!outcome.result) {
        return fmt::format("<section><h2>{}</h2>\n<p>{}</p></section>\n", title,
                           xml(outcome.result.error().message()));
    }
    const take::Take& take = *outcome.result;
    std::string out = fmt::format(
        "<section><h2>{}</h2>\n<p class=\"intro\">{}, {}. Peak {} dBFS. Preamp: {}.</p>\n", title,
        verdict::colour(take.zone), meaning(take.zone),
        typeset(take.file.measurement.value(key::sample_peak)), xml(preamp_step(take.gain_change)));
    out +=
        "<figure class=\"diagram\">\n" + exposure_svg(take.exposure) +
        fmt::format("\n<figcaption>{}</figcaption></figure>\n", xml(plain_shares(take.exposure)));
    out += "<ul class=\"findings\">\n";
    for (const verdict::Finding& finding : take.findings) {
        put(out,
            "<li class=\"finding {}\"><p class=\"action\">{}</p><p class=\"evidence\">{}</p><p "
            "class=\"reason\">{}</p></li>\n",
            verdict::name(finding.severity), xml(with_minus_signs(sentence(finding.action))),
            xml(with_minus_signs(sentence(finding.evidence))), xml(sentence(finding.reason)));
    }
    return out + "</ul></section>\n";
}

} // namespace

std::string exposure_text(const Exposure& exposure, const TextOptions& options) {
    std::string bars;
    std::string letters;
    for (std::size_t bin = 0; bin < Exposure::bins; ++bin) {
        const Zone zone = zone_of_bin(exposure, bin);
        bars += inked(block(exposure.histogram[bin] / full_share(exposure), options.unicode),
                      ink_of(zone), options);
        letters += exposure.histogram[bin] > 0.0 ? zone_letters[index(zone)] : ' ';
    }
    std::string out =
        fmt::format("  levels   -72 |{}| 0 dBFS  {}\n", bars, shares(exposure, options));
    if (!options.colour) {
        out += fmt::format("               |{}|\n", letters);
    }
    std::string line;
    for (const Dbfs level : thinned(exposure.moments, most_columns)) {
        line +=
            inked(block(height(level), options.unicode), ink_of(exposure.zone_of(level)), options);
    }
    const Seconds length{exposure.moment.value() * static_cast<double>(exposure.moments.size())};
    return out + fmt::format("  in time 0:00 |{}| {}\n", line, clock(length));
}

std::string exposure_svg(const Exposure& exposure) {
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} 220\" width=\"100%\" "
        "role=\"img\" "
        "aria-label=\"{}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#777\">\n",
        width_px, xml("Histogram of levels and level over time: " + plain_shares(exposure)));
    draw_histogram(exposure, svg);
    draw_time(exposure, svg);
    return svg + "</svg>";
}

std::string take_html(std::span<const Outcome<take::Take>> takes, std::string_view version) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Takes \u2013 "
                      "gainstage</title>\n"
                      "<style>\n";
    out += page_css();
    out += "</style>\n</head>\n<body>\n<main>\n<header class=\"top\"><h1>Takes</h1>\n"
           "<p class=\"lead\">Where the levels lie between the noise and the clip point: blue near "
           "the noise, "
           "green on target, yellow hot, red clips.</p></header>\n";
    for (const auto& take : takes) {
        out += card(take);
    }
    return out + fmt::format("</main>\n<footer><p>gainstage {}</p></footer>\n</body>\n</html>\n",
                             xml(version));
}

} // namespace gainstage::report
