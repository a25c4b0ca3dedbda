// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "report/exposure.h"
#include "support/xml_check.h"
#include "take/exposure.h"
#include "verdict/target.h"

#include <cmath>

using namespace gainstage;
using report::exposure_svg;
using report::exposure_text;
using test::XmlCheck;

namespace {

/// Peaks of 50 ms at these levels, over a floor of -88 dBFS, clipped at 0 dBFS.
take::Exposure exposure_of(const std::vector<double>& levels_dbfs) {
    std::vector<float> peaks;
    for (const double level : levels_dbfs) {
        peaks.push_back(static_cast<float>(std::pow(10.0, level / 20.0)));
    }
    return take::expose(peaks, Seconds{0.05}, DbfsRmsMath{-88.0}, Dbfs{0.0},
                        verdict::Targets::built_in());
}

/// The characters between the first two bars of the given line.
std::string between_bars(const std::string& text, int line) {
    std::size_t at = 0;
    for (int i = 0; i < line; ++i) {
        at = text.find('\n', at) + 1;
    }
    const std::size_t first = text.find('|', at) + 1;
    return text.substr(first, text.find('|', first) - first);
}

} // namespace

TEST_CASE("exposure: each bar has its zone, and what lies under the first counts into it") {
    const auto exposure = exposure_of({-80.0, -79.0, -40.0, -17.5, -3.5, 0.0});
    const std::string text = exposure_text(exposure, {.unicode = false});
    CAPTURE(text);
    const std::string letters = between_bars(text, 1);
    REQUIRE(letters.size() == take::Exposure::bins);
    CHECK(letters == "n         o       o   h c");
    CHECK(text.find("33 % near the noise, 33 % on target, 17 % hot, 17 % clips") !=
          std::string::npos);
}

TEST_CASE("exposure: silence says so") {
    const std::string text = exposure_text(exposure_of({}), {.unicode = false});
    CHECK(text.find("digital silence") != std::string::npos);
    CHECK(between_bars(text, 1) == std::string(take::Exposure::bins, ' '));
}

TEST_CASE("exposure: the drawing is well-formed, a bar for each level there is and one a moment") {
    const XmlCheck drawing(exposure_svg(exposure_of({-80.0, -40.0, -17.5, -3.5, 0.0})));
    CHECK(drawing.fault().empty());
    CHECK(drawing.count("rect") == 5 + 4); // the moment at -80 dBFS lies under the drawing
    const XmlCheck silent(exposure_svg(exposure_of({})));
    CHECK(silent.fault().empty());
    CHECK(silent.count("rect") == 0);
}
