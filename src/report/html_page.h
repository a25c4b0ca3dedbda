// SPDX-License-Identifier: MIT
// html_page: the frame of every page we write: one file that needs nothing else, no request, no
// script; light and dark by the reader's choice. What stands in it is html's and html_meter's.
#pragma once

#include <string>
#include <string_view>

namespace gainstage::report {

/// What the footer may say of the figures.
inline constexpr std::string_view figures_of_files =
    "every figure here was measured on the files; nothing was estimated.";
inline constexpr std::string_view figures_of_sheets =
    "reckoned from published figures; what is assumed or unverified is said.";

struct PageStamp {
    std::string version; ///< of the program; may be empty
    std::string date;    ///< as it should be printed; empty: not said. No clock is read here
    std::string_view basis = figures_of_files;
};

/// title: plain text. body: markup, the sections in order.
std::string html_page(std::string_view title, std::string_view body, const PageStamp& stamp);

} // namespace gainstage::report
