// SPDX-License-Identifier: MIT
// style_sheets: the CSS files of this folder, embedded in the program.
#pragma once

#include <string_view>

namespace gainstage::report {

std::string_view level_diagram_css() noexcept;
std::string_view page_css() noexcept;

} // namespace gainstage::report
