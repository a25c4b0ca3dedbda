// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "report/escape.h"
#include "support/xml_check.h"

using namespace gainstage;
using namespace gainstage::report;

TEST_CASE("names that hold markup, terminal commands or broken UTF-8 become harmless text") {
    CHECK(clean("K\u00FCche \u592A\u9F13.wav") == "K\u00FCche \u592A\u9F13.wav");
    CHECK(clean("a\x1b[31mred") == "a\uFFFD[31mred");
    CHECK(clean("two\nlines\tand a tab") == "two lines and a tab");
    CHECK(clean("broken \xC3 half") == "broken \uFFFD half");
    CHECK(clean("overlong \xC0\xAF") == "overlong \uFFFD\uFFFD");
    CHECK(clean("surrogate \xED\xA0\x80") == "surrogate \uFFFD\uFFFD\uFFFD");
    CHECK(clean("wav.\u202Eexe") == "wav.\uFFFDexe");
    CHECK(clean("cut \xF0\x9F\x8E") == "cut \uFFFD\uFFFD\uFFFD");
    CHECK(xml("<A&B> \"x\" 'y'") == "&lt;A&amp;B&gt; &quot;x&quot; &#39;y&#39;");
    CHECK(href("a b/<\u00F6>#1?.wav") == "a%20b/%3C%C3%B6%3E%231%3F.wav");
}

TEST_CASE("any bytes at all become well-formed XML") {
    rc::prop("text", [](const std::string& bytes) {
        const std::string text = "<p title=\"" + xml(bytes) + "\">" + xml(bytes) + "</p>";
        RC_ASSERT(test::XmlCheck(text).fault() == "");
        RC_ASSERT(clean(clean(bytes)) == clean(bytes));
    });
}

TEST_CASE("CSV fields are quoted as RFC 4180 asks") {
    CHECK(csv_field("kick.wav") == "kick.wav");
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("the \"good\" one") == "\"the \"\"good\"\" one\"");
    CHECK(csv_field("line\nbreak") == "\"line\nbreak\"");
}

TEST_CASE("widths are counted as a terminal counts them") {
    CHECK(display_width("kick") == 4);
    CHECK(display_width("Ch\u00F6re") == 5);
    CHECK(display_width("\u592A\u9F13") == 4);
    CHECK(display_width("e\u0301") == 1);
    CHECK(shortened("a very long name of take 2.wav", 16, true) == "a very l\u2026e 2.wav");
    CHECK(display_width(
              shortened("\u592A\u9F13\u592A\u9F13\u592A\u9F13\u592A\u9F13.wav", 9, true)) <= 9);
    CHECK(shortened("kick", 4, true) == "kick");
}

TEST_CASE("text is wrapped at spaces and nothing is lost") {
    CHECK(wrapped("turn the preamp up", 9) == std::vector<std::string>{"turn the", "preamp up"});
    CHECK(wrapped("", 9) == std::vector<std::string>{""});
    CHECK(wrapped("unbreakable", 4) == std::vector<std::string>{"unbreakable"});
    CHECK(wrapped("all on one line", 0) == std::vector<std::string>{"all on one line"});
}
