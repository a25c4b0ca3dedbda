// SPDX-License-Identifier: MIT
#include "circuit/text_place.h"

namespace gainstage::circuit {

std::size_t offset_of(std::string_view text, Place place) {
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < place.line && at < text.size(); ++line) {
        const std::size_t end = text.find('\n', at);
        at = end == std::string_view::npos ? text.size() : end + 1;
    }
    for (std::uint32_t column = 1; column < place.column && at < text.size(); ++column) {
        do {
            ++at;
        } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
    }
    return at;
}

} // namespace gainstage::circuit
