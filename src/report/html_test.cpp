// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "report/html.h"
#include "support/example_production.h"
#include "support/find_text.h"
#include "support/xml_check.h"

#include <cstdlib>
#include <fstream>

using namespace gainstage;

namespace {

const report::HtmlOptions in_out{
    "0.1.0", "21 November 2026", "out", {{"out/plan.json", "the plan"}}};

/// Also written to the folder $GAINSTAGE_PREVIEW, for looking at it in a browser.
std::string page_of(const char* name, const produce::Production& production) {
    const std::string page = report::html_report(production, verdict::Targets::built_in(), in_out);
    if (const char* folder = std::getenv("GAINSTAGE_PREVIEW")) {
        std::ofstream(std::filesystem::path(folder) / name) << page;
    }
    return page;
}

} // namespace

TEST_CASE("the page is well-formed, has every section, and asks for nothing from elsewhere") {
    const std::string page = page_of("report.html", test::example_production());
    const test::XmlCheck check(page);
    CHECK(check.fault() == "");
    CHECK(check.count("h1") == 1);
    for (const char* id : {"delivered", "first", "levels", "loudness", "stems", "plan",
                           "measurements", "method", "files"}) {
        CAPTURE(id);
        CHECK(test::has(page, std::string("<section id=\"") + id + "\""));
    }
    for (const char* outside : {"http:", "https:", "src=", "@import", "<script", "<link", "url(//",
                                "<iframe", "onclick"}) {
        CAPTURE(outside);
        CHECK(!test::has(page, outside));
    }
}

TEST_CASE("the headline says what was delivered, and whether it is in spec") {
    const std::string page = page_of("report.html", test::example_production());
    CHECK(test::has(page, "<h1>Harbour Lights</h1>"));
    CHECK(test::has(page, "10 stems \u00B7 48 kHz \u00B7 3:24 \u00B7 21 November 2026"));
    CHECK(test::has(page, "3 of 4 masters in spec."));
    CHECK(test::has(page, "<b>\u221214.02</b>"));
    CHECK(test::has(page, "<b>\u22121.01</b>"));
    CHECK(test::has(page, "1.31 LU too quiet"));
    CHECK(test::has(page, "<a href=\"master-streaming.wav\">master-streaming.wav</a>"));
}

TEST_CASE(
    "a level diagram a stem and a medium, a chart a medium and the mix, a row a measurement") {
    const std::string page = page_of("report.html", test::example_production());
    const auto count = [&](const std::string& part) {
        int found = 0;
        for (std::size_t at = page.find(part); at != std::string::npos;
             at = page.find(part, at + 1)) {
            ++found;
        }
        return found;
    };
    CHECK(count("<svg class=\"level-diagram\"") == 10 + 4);
    CHECK(count("<svg class=\"loudness\"") == 1 + 4);
    CHECK(count("<article class=\"stem\"") == 10);
    const std::size_t table = page.find("<table class=\"measurements\">");
    const std::string rows = page.substr(table, page.find("</table>", table) - table);
    CHECK(std::count(rows.begin(), rows.end(), '\n') ==
          1 + 10 + 1 + 4); // heading, stems, mix, masters
}

TEST_CASE(
    "findings stand by weight: errors, then warnings, then notes, a stem's notes are on its card") {
    produce::Production production = test::example_production();
    production.deliveries[0].master->findings.push_back(
        {"master.limited", verdict::Severity::info, "master streaming", "3.5 dB at most", "", ""});
    const std::string page = page_of("report.html", production);
    const std::size_t error = page.find("<li class=\"finding error\">");
    const std::size_t warning = page.find("<li class=\"finding warning\">");
    const std::size_t info = page.find("<li class=\"finding info\">");
    REQUIRE(info != std::string::npos);
    CHECK(error < warning);
    CHECK(warning < info);
    CHECK(page.find("3.5 dB at most.") > info);
    CHECK(test::has(page, "47 flat tops at \u22124.1 dBFS"));
    const std::size_t note = page.find("44.1 kHz in a session of 48 kHz.");
    CHECK(note > page.find("<section id=\"stems\""));
}

TEST_CASE("names of stems, titles and errors are text, never markup") {
    produce::Production production = test::example_production(3, {"cd"});
    production.session.title = "<script>alert('x')</script> & \"more\"";
    production.stems[0].track.name = "<b>\x1b\xFF'\"";
    production.stems[0].track.file = "<i>'\"&.wav";
    production.stems[1].take =
        Error{ErrorKind::unreadable, "<u>.wav", "holds <nothing>", "try \"again\" & again"};
    production.deliveries.push_back(
        {production.deliveries[0].medium, Error{ErrorKind::unwritable, "<x>", "disk full", ""}});
    const std::string page = page_of("escaped.html", production);
    CHECK(test::XmlCheck(page).fault() == "");
    CHECK(!test::has(page, "<script"));
    CHECK(!test::has(page, "<b>\x1b"));
    CHECK(!test::has(page, "<u>"));
    CHECK(test::has(page, "&lt;u&gt;.wav: holds &lt;nothing&gt;"));
    CHECK(test::has(page, "left out"));
    CHECK(test::has(page, "not made"));
}

TEST_CASE("no stems, one stem and sixty-four make a page each") {
    CHECK(test::XmlCheck(page_of("none.html", {})).fault() == "");
    CHECK(test::XmlCheck(page_of("one.html", test::example_production(1, {"streaming"}))).fault() ==
          "");
    const std::string many = page_of("many.html", test::example_production(64));
    const test::XmlCheck check(many);
    CHECK(check.fault() == "");
    CHECK(check.count("article") == 64 + 4);
    CHECK(many.size() < 2'000'000); // to be sent by mail
}

TEST_CASE("a session that went well says so") {
    const std::string page = page_of("well.html", test::example_production(1, {"podcast"}));
    CHECK(test::has(page, "1 of 1 master in spec."));
    CHECK(
        test::has(page, "Nothing. Every stem, the mix and the masters are where they should be."));
}

TEST_CASE("silence has no NaN in its page") {
    produce::Production production = test::example_production(1, {"podcast"});
    production.stems[0].take->file.measurement = test::silent_measurement();
    production.staging.tracks[0].before = test::silent_measurement();
    production.mix.measurement = test::silent_measurement();
    const std::string page = page_of("silence.html", production);
    CHECK(test::XmlCheck(page).fault() == "");
    CHECK(!test::has(page, "nan"));
    CHECK(!test::has(page, ">inf"));
    CHECK(!test::has(page, "-inf"));
}

TEST_CASE(
    "the same production makes the same page to the byte, mono stems say how they were measured") {
    const produce::Production production = test::example_production();
    const std::string page = page_of("report.html", production);
    CHECK(page == page_of("report.html", production));
    CHECK(test::has(page, "measured as one channel on one loudspeaker"));
}
