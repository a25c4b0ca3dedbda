// SPDX-License-Identifier: MIT
// escape: text of others (file names, titles, tags) made fit for a terminal, XML and CSV. A file
// name may hold any byte: markup, terminal commands, half a character. Not for JSON, whose library
// does its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gainstage::report {

/// Valid UTF-8 without control characters or direction overrides: what is neither becomes U+FFFD, a
/// line break or a tab a space.
std::string clean(std::string_view text);

/// clean(), and & < > " ' as entities: for XML and HTML text and attributes.
std::string xml(std::string_view text);

/// A link's path: clean bytes as they are, the rest %XX (RFC 3986, section 2.1), then entities.
std::string href(std::string_view path);

/// In quotes where RFC 4180 asks for them. The bytes stay as they are: it is data.
std::string csv_field(std::string_view text);

/// Columns that clean text takes on a terminal: 2 for wide East Asian characters and emoji, 0 for
/// combining marks.
int display_width(std::string_view text);

/// `text` in at most `width` columns: the middle left out for an ellipsis if it is longer.
std::string shortened(std::string_view text, int width, bool unicode);

/// `text` cut at spaces into lines of at most `width` columns (0: one line). A longer word has a
/// line of its own.
std::vector<std::string> wrapped(std::string_view text, int width);

} // namespace gainstage::report
