// SPDX-License-Identifier: MIT
#include "report/vectorscope_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

constexpr int size = meter::Vectorscope::size;
constexpr std::size_t shades = 5;

/// 0: nobody was here; 1 to `shades` by the logarithm of how many.
std::size_t shade(std::uint32_t count, double most) {
    if (count == 0) {
        return 0;
    }
    const double share = std::log1p(static_cast<double>(count)) / std::log1p(most);
    return std::clamp<std::size_t>(static_cast<std::size_t>(std::ceil(share * shades)), 1, shades);
}

/// Cells of the middle that hold all but a thousandth of the frames: a lone click doesn't make the
/// rest too small to see.
int reach(const meter::Vectorscope& scope, double all) {
    for (int half = 4; half < size / 2; ++half) {
        double inside = 0.0;
        for (int row = size / 2 - half; row < size / 2 + half; ++row) {
            for (int column = size / 2 - half; column < size / 2 + half; ++column) {
                inside += scope.counts[static_cast<std::size_t>(row * size + column)];
            }
        }
        if (inside >= 0.999 * all) {
            return half;
        }
    }
    return size / 2;
}

} // namespace

std::string vectorscope_svg(const meter::Vectorscope& scope, std::string_view id) {
    double most = 0.0;
    double all = 0.0;
    for (const std::uint32_t count : scope.counts) {
        most = std::max(most, static_cast<double>(count));
        all += count;
    }
    if (all == 0.0) {
        return "";
    }
    const int half = reach(scope, all);
    const int first = size / 2 - half;
    // One path a shade, runs of equal cells as one stroke: small, and sharp at any size.
    std::array<std::string, shades + 1> paths;
    for (int row = 0; row < 2 * half; ++row) {
        const auto shade_at = [&](int column) {
            return shade(
                scope.counts[static_cast<std::size_t>((first + row) * size + first + column)],
                most);
        };
        for (int column = 0; column < 2 * half;) {
            const std::size_t here = shade_at(column);
            int end = column + 1;
            while (end < 2 * half && shade_at(end) == here) {
                ++end;
            }
            if (here > 0) {
                paths[here] +=
                    fmt::format("M{} {}h{}v1h-{}z", column, row, end - column, end - column);
            }
            column = end;
        }
    }
    std::string out = fmt::format(
        R"(<svg class="picture vectorscope" viewBox="-1 -1 {0} {0}" role="img" aria-labelledby="{1}"><title id="{1}">Vectorscope: upright is mono, across is opposite polarity</title>)",
        2 * half + 2, id);
    out += fmt::format(
        R"(<path class="axes" d="M0 0L{0} {0}M{0} 0L0 {0}M{1} 0V{0}M0 {1}H{0}" vector-effect="non-scaling-stroke"/>)",
        2 * half, half);
    for (std::size_t i = 1; i <= shades; ++i) {
        if (!paths[i].empty()) {
            out += fmt::format(R"(<path class="density" opacity="{:.2f}" d="{}"/>)",
                               static_cast<double>(i) / shades, paths[i]);
        }
    }
    const double text = 2.0 * half / 22.0;
    out += fmt::format(
        R"(<text x="{0:.1f}" y="{0:.1f}" font-size="{0:.1f}">L</text><text x="{1:.1f}" y="{0:.1f}" font-size="{0:.1f}" text-anchor="end">R</text>)",
        text, 2.0 * half - text / 2.0);
    return out + "</svg>";
}

} // namespace gainstage::report
