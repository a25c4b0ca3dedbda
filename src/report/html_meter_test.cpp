// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "report/html_meter.h"
#include "report/loudness_histogram.h"
#include "report/spectrum_chart.h"
#include "report/vectorscope_picture.h"
#include "support/find_text.h"
#include "support/measured.h"
#include "support/xml_check.h"

using namespace gainstage;

namespace {

constexpr meter::BridgeOptions pictures{.spectrum = true, .vectorscope = true};

meter::Measurement example() {
    return test::measured(test::planar({test::programme(480'000, test::Seed{1}),
                                        test::programme(480'000, test::Seed{2})}),
                          {.bridge = pictures});
}

report::Outcome<measure::MeasuredFile> outcome(const std::string& name,
                                               meter::Measurement measurement) {
    return {name, measure::MeasuredFile{name, {}, std::move(measurement)}};
}

const verdict::Targets& targets() { return verdict::Targets::built_in(); }

} // namespace

TEST_CASE("meter page: all files in the table, a card with pictures each, failures said") {
    report::MeterPage page(targets());
    page.add(outcome("one & two.wav", example()));
    page.add(outcome("empty.wav", test::measured(audio::AudioBuffer(1, 0), {.bridge = pictures})));
    page.add({"gone.wav", Error{ErrorKind::unreadable, "gone.wav", "is not there", "look"}});
    const std::string html = page.str({.version = "1.2"});
    CHECK(test::XmlCheck(html).fault() == "");
    CHECK(test::has(html, "Levels of 3 files"));
    CHECK(test::has(html, "one &amp; two.wav"));
    CHECK_FALSE(test::has(html, "one & two.wav"));
    CHECK(test::count(html, "<article class=\"metered\"") == 3);
    CHECK(test::count(html, "class=\"picture vectorscope\"") == 1);
    CHECK(test::count(html, "class=\"picture spectrum\"") == 2);
    CHECK(test::has(html, "gone.wav: is not there"));
    CHECK_FALSE(test::has(html, "nan"));
    CHECK_FALSE(test::has(html, "http")); // it asks for nothing
}

TEST_CASE("meter page: one file is its title") {
    report::MeterPage page(targets());
    page.add(outcome("songs/song.wav", example()));
    CHECK(test::has(page.str({}), "<h1>song.wav</h1>"));
}

TEST_CASE("meter page: damage, samples that are no numbers, a guessed layout and mono's convention "
          "are said") {
    report::MeterPage page(targets());
    auto cut = outcome("cut.wav", example());
    cut.result->damage =
        Error{ErrorKind::unreadable, "cut.wav", "breaks off after 10.00 s", "copy it again"};
    cut.result->measurement.non_finite_samples = 2;
    page.add(cut);
    page.add(
        outcome("seven.wav", test::measured(audio::AudioBuffer(9, 48000), {.bridge = pictures})));
    page.add(outcome("mono.wav", test::measured(audio::AudioBuffer(1, 48000), {})));
    page.add(outcome("dual.wav",
                     test::measured(audio::AudioBuffer(1, 48000),
                                    {.bridge = {.dual_mono = true, .exact_gating_blocks = 100}})));
    const std::string html = page.str({});
    CHECK(test::XmlCheck(html).fault() == "");
    CHECK(test::has(html, "Of a part only: cut.wav: breaks off after 10.00 s; copy it again."));
    CHECK(test::has(html, "2 samples are NaN or infinite and measured as silence."));
    CHECK(test::has(html, "what its 9 channels are for"));
    CHECK(test::has(html, "as played on one loudspeaker, gates in bins of 0.01 dB"));
    CHECK(test::has(html, "as played on two loudspeakers, gates exact"));
}

TEST_CASE("meter pictures: well-formed for music, silence and nothing") {
    for (const meter::Measurement& m :
         {example(), test::measured(audio::AudioBuffer(2, 48000), {.bridge = pictures}),
          test::measured(audio::AudioBuffer(2, 0), {.bridge = pictures})}) {
        CHECK(test::XmlCheck(report::spectrum_svg(m.spectrum, "a")).fault() == "");
        CHECK(test::XmlCheck(report::loudness_histogram_svg(m, "b")).fault() == "");
        const std::string scope = report::vectorscope_svg(m.vectorscope, "c");
        CHECK((scope.empty() || test::XmlCheck(scope).fault().empty()));
    }
    CHECK(report::vectorscope_svg({}, "c").empty());
}

TEST_CASE("spectrum: the terminal's bars, in blocks and in ASCII") {
    const auto m = test::measured(test::planar(test::sine(1000.0, 0.5, 96000, 48000.0), 1),
                                  {.bridge = pictures});
    const std::string ascii = report::spectrum_text(m.spectrum, {.unicode = false});
    for (const char c : ascii) {
        CHECK(static_cast<unsigned char>(c) < 128);
    }
    // the tone's own band is the highest: two characters on the first row, at -6 dBFS
    CHECK(test::has(ascii, "   -6                                   ##\n"));
    CHECK(test::has(report::spectrum_text(m.spectrum, {}), "\u2588\u2588"));
    CHECK(report::spectrum_text({}, {}).empty());
}
