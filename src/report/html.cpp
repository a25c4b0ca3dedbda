// SPDX-License-Identifier: MIT
#include "report/html.h"

#include "report/escape.h"
#include "report/figures.h"
#include "report/html_page.h"
#include "report/html_parts.h"

#include <fmt/format.h>

namespace gainstage::report {
namespace html {

std::string section(std::string_view id,
                    std::string_view title,
                    std::string_view intro,
                    std::string_view body) {
    const std::string lead = intro.empty() ? "" : fmt::format("<p class=\"intro\">{}</p>\n", intro);
    return fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-heading\">\n<h2 "
                       "id=\"{0}-heading\">{1}</h2>\n{2}{3}</section>\n",
                       id, title, lead, body);
}

std::string file_link(const Page& page, const std::filesystem::path& path) {
    const auto& folder = page.options.folder;
    if (!folder.empty()) {
        const std::filesystem::path inside = path.lexically_relative(folder);
        if (!inside.empty() && *inside.begin() != "..") {
            return fmt::format("<a href=\"{}\">{}</a>", href(inside.generic_string()),
                               xml(inside.generic_string()));
        }
    }
    return xml(path.filename().string());
}

std::string pill(std::string_view kind, std::string_view mark, std::string_view words) {
    return fmt::format("<span class=\"pill {}\"><span aria-hidden=\"true\">{}</span> {}</span>",
                       kind, mark, xml(words));
}

std::string prose(std::string_view text) { return xml(with_minus_signs(sentence(text))); }

std::string fault(const Error& error) { return xml(with_minus_signs(error.message())) + '.'; }

std::string stem_id(std::size_t index) { return fmt::format("stem-{}", index + 1); }

namespace {

std::string navigation() {
    return "<nav aria-label=\"Sections\"><a href=\"#first\">To do</a><a href=\"#levels\">Levels</a>"
           "<a href=\"#loudness\">Loudness</a><a href=\"#stems\">Stems</a><a "
           "href=\"#plan\">Plan</a>"
           "<a href=\"#measurements\">Measurements</a><a href=\"#method\">Method</a><a "
           "href=\"#files\">Files</a></nav>\n";
}

} // namespace
} // namespace html

std::string html_report(const produce::Production& production,
                        const verdict::Targets& targets,
                        const HtmlOptions& options) {
    const html::Page page{production, targets, options};
    const std::string title =
        production.session.title.empty() ? "Untitled" : production.session.title;
    std::string out = html::headline(page);
    out += html::navigation();
    out += html::to_do(page);
    out += html::masters(page);
    out += html::loudness(page);
    out += html::stems(page);
    out += html::plan(page);
    out += html::measurements(page);
    out += html::method(page);
    out += html::files(page);
    return html_page(title, out, {options.version, options.date});
}

} // namespace gainstage::report
