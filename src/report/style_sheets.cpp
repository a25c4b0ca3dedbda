// SPDX-License-Identifier: MIT
#include "report/style_sheets.h"

// embed() in CMakeLists.txt makes these of the files.
extern "C" const unsigned char gainstage_level_diagram_css[];
extern "C" const unsigned char gainstage_level_diagram_css_end[];
extern "C" const unsigned char gainstage_page_css[];
extern "C" const unsigned char gainstage_page_css_end[];

namespace gainstage::report {
namespace {

std::string_view between(const unsigned char* begin, const unsigned char* end) noexcept {
    return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
}

} // namespace

std::string_view level_diagram_css() noexcept {
    return between(gainstage_level_diagram_css, gainstage_level_diagram_css_end);
}

std::string_view page_css() noexcept { return between(gainstage_page_css, gainstage_page_css_end); }

} // namespace gainstage::report
