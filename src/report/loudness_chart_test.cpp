// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "report/loudness_chart.h"
#include "support/example_production.h"
#include "support/xml_check.h"

#include <algorithm>

using namespace gainstage;
using namespace gainstage::report;

namespace {

LoudnessChart chart_of(const meter::History& history, double duration_s) {
    LoudnessChart chart;
    chart.id = "c";
    chart.title = "Loudness of <this> & that";
    chart.history = &history;
    chart.duration = Seconds{duration_s};
    return chart;
}

} // namespace

TEST_CASE("a loudness chart has its curves, its target and what the limiter took") {
    const meter::History history = test::song_history({});
    const std::vector<float> reduction(history.momentary_lufs.size(), 2.5f);
    LoudnessChart chart = chart_of(history, 204.0);
    chart.target = Lufs{-14.0};
    chart.gain_reduction_db = reduction;
    chart.max_gain_reduction = Gain::from_db(2.5);
    const std::string svg = to_svg(chart);
    CHECK(test::XmlCheck(svg).fault() == "");
    for (const char* part :
         {"class=\"momentary\"", "class=\"short-term\"", "class=\"reduction\"",
          "target \u221214.0 LUFS", ">0:00<", ">3:00<", "The limiter takes at most 2.50 dB."}) {
        CAPTURE(part);
        CHECK(svg.find(part) != std::string::npos);
    }
    CHECK(svg.size() < 40000); // 600 points a curve at most, however long the song is
}

TEST_CASE("charts of silence, of nothing, of one point and of a day are drawn") {
    meter::History nothing;
    CHECK(test::XmlCheck(to_svg(chart_of(nothing, 0.0))).fault() == "");
    meter::History silence;
    silence.momentary_lufs.assign(100, static_cast<float>(test::silence_db));
    silence.short_term_lufs = silence.momentary_lufs;
    const std::string svg = to_svg(chart_of(silence, 10.0));
    CHECK(test::XmlCheck(svg).fault() == "");
    CHECK(svg.find("inf") == std::string::npos);
    CHECK(svg.find("short-term\"") == std::string::npos); // no line where there is no sound
    meter::History one;
    one.momentary_lufs = {-20.0f};
    one.short_term_lufs = {-20.0f};
    CHECK(test::XmlCheck(to_svg(chart_of(one, 0.1))).fault() == "");
    one.hop_s = 86400.0;
    const std::string day = to_svg(chart_of(one, 86400.0));
    CHECK(day.find(">24:00:00<") != std::string::npos);
}
