// SPDX-License-Identifier: MIT
// html_parts: the sections of the report's page, each a string of its own. Private to html.
#pragma once

#include "report/html.h"

#include <string>
#include <string_view>

namespace gainstage::report::html {

/// What every section reads.
struct Page {
    const produce::Production& production;
    const verdict::Targets& targets;
    const HtmlOptions& options;
};

std::string headline(const Page& page);     ///< title, what was delivered
std::string to_do(const Page& page);        ///< findings, the worst first
std::string masters(const Page& page);      ///< level diagrams from the mix to each master
std::string loudness(const Page& page);     ///< loudness over time
std::string stems(const Page& page);        ///< all stems at a glance, then a card each
std::string plan(const Page& page);         ///< every move with its reason
std::string measurements(const Page& page); ///< every reading of every file
std::string method(const Page& page);       ///< standards, conventions, sources of the targets
std::string files(const Page& page);        ///< what was written and read

/// A section with its heading: `intro` is markup and may be empty.
std::string
section(std::string_view id, std::string_view title, std::string_view intro, std::string_view body);

/// A path as the reader knows it: relative to the page where it lies beside or below it, a link
/// there; else its name.
std::string file_link(const Page& page, const std::filesystem::path& path);

/// Zone or verdict as a coloured word.
std::string pill(std::string_view kind, std::string_view mark, std::string_view words);

/// A sentence of others as markup: capital, full stop, real minus signs.
std::string prose(std::string_view text);

/// A finding as an item of a list.
std::string finding_item(const verdict::Finding& finding);

/// An error's line as markup. It begins with a file's name, which keeps its first letter.
std::string fault(const Error& error);

/// "stem-3": the anchor of a stem's card.
std::string stem_id(std::size_t index);

} // namespace gainstage::report::html
