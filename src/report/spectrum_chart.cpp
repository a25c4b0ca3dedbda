// SPDX-License-Identifier: MIT
#include "report/spectrum_chart.h"

#include "report/figures.h"
#include "report/table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

constexpr double shown_db = 60.0;
constexpr double step_db = 6.0;

/// Labelled: the octaves that everybody knows.
constexpr std::array labelled_hz{31.5,   63.0,   125.0,  250.0,  500.0,
                                 1000.0, 2000.0, 4000.0, 8000.0, 16000.0};

bool is_labelled(double nominal_hz) {
    return std::ranges::any_of(labelled_hz,
                               [&](double hz) { return std::abs(hz / nominal_hz - 1.0) < 0.02; });
}

std::string frequency(double nominal_hz) {
    return nominal_hz >= 1000.0 ? fmt::format("{:g}k", nominal_hz / 1000.0)
                                : fmt::format("{:g}", nominal_hz);
}

double top_db(std::span<const meter::BandLevel> bands) {
    double top = -std::numeric_limits<double>::infinity();
    for (const meter::BandLevel& band : bands) {
        top = std::max(top, band.level.db());
    }
    return step_db * std::ceil(top / step_db);
}

/// 0 at the bottom, 1 at the top.
double height(const meter::BandLevel& band, double top) {
    return std::clamp((band.level.db() - (top - shown_db)) / shown_db, 0.0, 1.0);
}

} // namespace

std::string spectrum_svg(std::span<const meter::BandLevel> bands, std::string_view id) {
    constexpr double width = 620.0;
    constexpr double left = 38.0;
    constexpr double plot_height = 200.0;
    constexpr double below = 22.0;
    std::string out = fmt::format(
        R"(<svg class="picture spectrum" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-labelledby="{}"><title id="{}">Spectrum in third octaves)",
        width, plot_height + below + 8.0, id, id);
    const double top = top_db(bands);
    if (bands.empty() || !std::isfinite(top)) {
        return out + ": silence</title></svg>";
    }
    const auto loudest = std::ranges::max_element(
        bands, {}, [](const meter::BandLevel& band) { return band.level.db(); });
    out += fmt::format(": most at {} Hz, {} dBFS</title>", frequency(loudest->nominal_hz),
                       typeset(loudest->level.db(), 1));
    const auto put = [&](auto format, auto... values) {
        out += fmt::format(fmt::runtime(format), values...);
    };
    for (int line = 0; line * 2 * step_db <= shown_db; ++line) {
        const double y = 8.0 + plot_height * line * 2 * step_db / shown_db;
        put(R"(<line class="grid" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>)", left, width, y);
        put(R"(<text class="mark" x="{}" y="{:.1f}" text-anchor="end">{}</text>)", left - 6.0,
            y + 4.0, typeset(top - 2 * step_db * line, 0));
    }
    const double column = (width - left) / static_cast<double>(bands.size());
    for (std::size_t i = 0; i < bands.size(); ++i) {
        const double x = left + column * static_cast<double>(i);
        const double bar = plot_height * height(bands[i], top);
        put(R"(<rect class="bar-fill" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{} Hz: {} dBFS</title></rect>)",
            x + 1.0, 8.0 + plot_height - bar, column - 2.0, bar, frequency(bands[i].nominal_hz),
            typeset(bands[i].level.db(), 1));
        if (is_labelled(bands[i].nominal_hz)) {
            put(R"(<text class="mark" x="{:.1f}" y="{:.0f}" text-anchor="middle">{}</text>)",
                x + column / 2.0, 8.0 + plot_height + 16.0, frequency(bands[i].nominal_hz));
        }
    }
    return out + "</svg>";
}

std::string spectrum_text(std::span<const meter::BandLevel> bands, const TextOptions& options) {
    constexpr int rows = 10; // 6 dB each
    const double top = top_db(bands);
    if (bands.empty() || !std::isfinite(top)) {
        return "";
    }
    constexpr std::array blocks{" ",      "\u2581", "\u2582", "\u2583", "\u2584",
                                "\u2585", "\u2586", "\u2587", "\u2588"};
    std::string out = inked("Spectrum", Ink::strong, options) + "  third octaves, dBFS\n";
    for (int row = 0; row < rows; ++row) {
        const bool is_marked = row % 2 == 0;
        std::string line = is_marked ? fmt::format("{:>5.0f} ", top - row * step_db) : "      ";
        for (const meter::BandLevel& band : bands) {
            const double filled = height(band, top) * rows - (rows - 1 - row);
            const auto eighths =
                static_cast<std::size_t>(std::lround(std::clamp(filled, 0.0, 1.0) * 8.0));
            const std::string cell = options.unicode ? blocks[eighths] : eighths >= 4 ? "#" : " ";
            line += cell + cell;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    std::string labels = "      ";
    for (std::size_t i = 0; i < bands.size(); ++i) {
        const std::size_t place = 6 + 2 * i;
        if (is_labelled(bands[i].nominal_hz) && labels.size() <= place) {
            labels.resize(place, ' ');
            labels += frequency(bands[i].nominal_hz);
        }
    }
    return out + labels + " Hz\n";
}

} // namespace gainstage::report
