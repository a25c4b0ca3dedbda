// SPDX-License-Identifier: MIT
// find_text: whether, and how often, a text stands in another.
#pragma once

#include <cstddef>
#include <string_view>

namespace gainstage::test {

inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// Without overlap.
inline std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size())) {
        ++found;
    }
    return found;
}

} // namespace gainstage::test
