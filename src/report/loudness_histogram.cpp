// SPDX-License-Identifier: MIT
#include "report/loudness_histogram.h"

#include "meter/loudness.h"
#include "report/figures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

constexpr double lowest_lufs = -70.0; // of Measurement::momentary_blocks
constexpr double plot_width = 620.0;
constexpr double plot_height = 200.0;
constexpr double below = 22.0;

struct Span {
    std::size_t first = 0;
    std::size_t last = 0; ///< one behind
};

/// The bins that hold something, with one beside them; at least 24, so that a steady tone isn't a
/// wall.
Span shown(const std::vector<std::uint64_t>& blocks) {
    Span span{blocks.size(), 0};
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (blocks[i] > 0) {
            span.first = std::min(span.first, i);
            span.last = i + 1;
        }
    }
    constexpr std::size_t least = 24;
    while (span.last > 0 && span.last - span.first < least) {
        span.first -= span.first > 0 ? 1 : 0;
        span.last += span.last < blocks.size() ? 1 : 0;
    }
    return span;
}

/// BS.1770-5 Annex 1: 10 LU under the mean power of all blocks above -70 LUFS, here from the bars'
/// middles: good to half a bar.
double relative_gate_lufs(const std::vector<std::uint64_t>& blocks) {
    double power = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const auto here = static_cast<double>(blocks[i]);
        power += here * std::pow(10.0, (lowest_lufs + static_cast<double>(i) + 0.5) / 10.0);
        count += here;
    }
    return 10.0 * std::log10(power / count) - 10.0;
}

} // namespace

std::string loudness_histogram_svg(const meter::Measurement& measured, std::string_view id) {
    const std::vector<std::uint64_t>& blocks = measured.momentary_blocks;
    const Span span = shown(blocks);
    std::string out = fmt::format(
        R"(<svg class="picture histogram" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-labelledby="{}"><title id="{}">How often which loudness was played)",
        plot_width, plot_height + below + 8.0, id, id);
    if (span.last == 0) {
        return out + ": nothing above \u221270 LUFS</title></svg>";
    }
    out += "</title>";
    const auto most = static_cast<double>(*std::ranges::max_element(blocks));
    const double all_s = 0.1; // a block each 100 ms
    const double column = plot_width / static_cast<double>(span.last - span.first);
    const double gate = relative_gate_lufs(blocks);
    const auto x_of = [&](double lufs) {
        return (lufs - lowest_lufs - static_cast<double>(span.first)) * column;
    };
    for (std::size_t i = span.first; i < span.last; ++i) {
        const double lufs = lowest_lufs + static_cast<double>(i);
        const double bar = plot_height * static_cast<double>(blocks[i]) / most;
        out += fmt::format(
            R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{} to {} LUFS: {:.1f} s</title></rect>)",
            lufs + 1.0 <= gate ? "bar-fill gated" : "bar-fill", x_of(lufs) + 0.5,
            8.0 + plot_height - bar, std::max(1.0, column - 1.0), bar, typeset(lufs, 0),
            typeset(lufs + 1.0, 0), static_cast<double>(blocks[i]) * all_s);
        if (static_cast<int>(lufs) % 6 == 0) {
            out += fmt::format(
                R"(<text class="mark" x="{:.1f}" y="{:.0f}" text-anchor="middle">{}</text>)",
                std::clamp(x_of(lufs), 12.0, plot_width - 12.0), 8.0 + plot_height + 16.0,
                typeset(lufs, 0));
        }
    }
    const double integrated = measured[meter::integrated].db();
    if (std::isfinite(integrated)) {
        const double x = x_of(integrated);
        const bool flips = x > plot_width - 150.0;
        out += fmt::format(
            R"(<line class="integrated" x1="{0:.1f}" x2="{0:.1f}" y1="8" y2="{1:.0f}"/><text class="integrated" x="{2:.1f}" y="20" text-anchor="{3}">integrated {4}</text>)",
            x, 8.0 + plot_height, flips ? x - 6.0 : x + 6.0, flips ? "end" : "start",
            typeset(integrated, 1));
    }
    return out + "</svg>";
}

} // namespace gainstage::report
