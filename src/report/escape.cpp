// SPDX-License-Identifier: MIT
#include "report/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>

namespace gainstage::report {
namespace {

struct Character {
    char32_t code = 0;
    std::size_t bytes = 1; ///< that it takes in the text
    bool valid = true;
};

/// The character that starts at `at`; an invalid byte is a character of its own (Unicode 15, table
/// 3-7).
Character decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t offset) -> unsigned {
        return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0u;
    };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return {first, 1, true};
    }
    const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4) {
        return {0, 1, false};
    }
    char32_t code = first & (0xFFu >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0u) != 0x80u) {
            return {0, 1, false};
        }
        code = code << 6 | (byte(i) & 0x3Fu);
    }
    constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least[bytes] || code > 0x10FFFF || surrogate) {
        return {0, 1, false};
    }
    return {code, bytes, true};
}

struct Range {
    char32_t first;
    char32_t last;
};

template <std::size_t count>
bool is_in(const Range (&ranges)[count], char32_t code) {
    return std::ranges::any_of(
        ranges, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

// Controls, direction overrides and isolates (they can make a name read as another), line and
// paragraph separators, and what XML 1.0 section 2.2 leaves out.
constexpr Range unprintable[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x200E, 0x200F},
                                 {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFFFE, 0xFFFF},
                                 {0xFEFF, 0xFEFF}};

// Unicode Standard Annex 11, East_Asian_Width W and F, by block; emoji count as wide there.
constexpr Range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

// Combining marks and joiners, by block: general category Mn and Me of the scripts of Latin
// letters, and zero-width.
constexpr Range zero_width[] = {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
                                {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
                                {0xFE20, 0xFE2F}, {0x3099, 0x309A}};

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

int width_of(char32_t code) {
    if (is_in(zero_width, code)) {
        return 0;
    }
    return is_in(wide, code) ? 2 : 1;
}

} // namespace

std::string clean(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Character character = decode(text, at);
        if (character.code == '\n' || character.code == '\t') {
            out += ' ';
        } else if (!character.valid || is_in(unprintable, character.code)) {
            out += replacement;
        } else {
            out += text.substr(at, character.bytes);
        }
        at += character.bytes;
    }
    return out;
}

std::string xml(std::string_view text) {
    std::string out;
    for (const char c : clean(text)) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string href(std::string_view path) {
    constexpr std::string_view kept = "-._~/"; // unreserved, and the path's own separator
    std::string out;
    for (const char c : path) {
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || kept.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of("\",\r\n") == std::string_view::npos) {
        return std::string(text);
    }
    std::string out = "\"";
    for (const char c : text) {
        out += c;
        if (c == '"') {
            out += c;
        }
    }
    return out + '"';
}

int display_width(std::string_view text) {
    int width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = decode(text, at);
        width += width_of(character.code);
        at += character.bytes;
    }
    return width;
}

std::string shortened(std::string_view text, int width, bool unicode) {
    if (display_width(text) <= width) {
        return std::string(text);
    }
    const std::string_view ellipsis = unicode ? "\u2026" : "..";
    const int room = std::max(0, width - display_width(ellipsis));
    const int head = room - room / 2;
    std::size_t cut = 0;
    for (int used = 0; cut < text.size();) {
        const Character character = decode(text, cut);
        used += width_of(character.code);
        if (used > head) {
            break;
        }
        cut += character.bytes;
    }
    // The end of a file's name tells as much as its beginning ("take 2.wav"): keep both.
    std::size_t tail = cut;
    while (tail < text.size() && display_width(text.substr(tail)) > room / 2) {
        tail += decode(text, tail).bytes;
    }
    return std::string(text.substr(0, cut)).append(ellipsis).append(text.substr(tail));
}

std::vector<std::string> wrapped(std::string_view text, int width) {
    std::vector<std::string> lines;
    std::string line;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t space = std::min(text.find(' ', at), text.size());
        const std::string_view word = text.substr(at, space - at);
        at = space + 1;
        if (word.empty()) {
            continue;
        }
        if (!line.empty() && width > 0 && display_width(line) + 1 + display_width(word) > width) {
            lines.push_back(std::move(line));
            line.clear();
        }
        line += line.empty() ? "" : " ";
        line += word;
    }
    if (!line.empty() || lines.empty()) {
        lines.push_back(std::move(line));
    }
    return lines;
}

} // namespace gainstage::report
