// SPDX-License-Identifier: MIT
#include "report/html_page.h"

#include "report/escape.h"
#include "report/style_sheets.h"

#include <fmt/format.h>

namespace gainstage::report {

std::string html_page(std::string_view title, std::string_view body, const PageStamp& stamp) {
    std::string out =
        fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<title>{} \u2013 gainstage</title>\n<style>\n",
                    xml(title));
    out += page_css();
    out += level_diagram_css();
    out += "</style>\n</head>\n<body>\n<main>\n";
    out += body;
    out += fmt::format(
        "</main>\n<footer><p>gainstage{}{} \u00B7 {}</p></footer>\n</body>\n</html>\n",
        stamp.version.empty() ? "" : ' ' + xml(stamp.version),
        stamp.date.empty() ? "" : fmt::format(" \u00B7 {}", xml(stamp.date)), xml(stamp.basis));
    return out;
}

} // namespace gainstage::report
