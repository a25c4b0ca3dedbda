// SPDX-License-Identifier: MIT
#include "audio/io/plain_header.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <unistd.h>

namespace gainstage::audio::io {
namespace {

constexpr std::size_t junk = 12;                        // after "RIFF", size, "WAVE"
constexpr std::size_t long_format = junk + 8 + 24;      // after JUNK, of ds64's 24 bytes
constexpr std::size_t after_format = long_format + 48;  // 8 and 40 bytes
constexpr std::size_t plain_format = after_format - 24; // 8 and 16 bytes

using Header = std::array<char, after_format>;

bool has(const Header& header, std::size_t at, std::string_view text) {
    return std::string_view(header.data() + at, text.size()) == text;
}

bool is_extensible_stereo_or_mono(const Header& header) {
    using namespace std::string_view_literals;
    const std::size_t channels = long_format + 8 + 2;
    const std::size_t sub_format = long_format + 8 + 24;
    return has(header, 0, "RIFF") && has(header, 8, "WAVEJUNK\x18\0\0\0"sv) &&
           has(header, long_format, "fmt \x28\0\0\0\xFE\xFF"sv) &&
           (has(header, channels, "\x01\0"sv) || has(header, channels, "\x02\0"sv)) &&
           (has(header, sub_format, "\x01\0"sv) || has(header, sub_format, "\x03\0"sv));
}

} // namespace

bool make_header_plain(int descriptor) noexcept {
    using namespace std::string_view_literals;
    Header header{};
    if (pread(descriptor, header.data(), header.size(), 0) != static_cast<ssize_t>(header.size()) ||
        !is_extensible_stereo_or_mono(header)) {
        return true;
    }
    std::array<char, 16> format{};
    std::copy_n(header.data() + long_format + 8, format.size(), format.data());
    format[0] = header[long_format + 8 + 24]; // the sub-format's GUID begins with the plain tag
    format[1] = 0;
    header[junk + 4] = static_cast<char>(plain_format - junk - 8);
    std::ranges::fill(header.begin() + long_format, header.end(), '\0');
    std::ranges::copy("fmt \x10\0\0\0"sv, header.begin() + plain_format);
    std::ranges::copy(format, header.begin() + plain_format + 8);
    return pwrite(descriptor, header.data(), header.size(), 0) ==
           static_cast<ssize_t>(header.size());
}

} // namespace gainstage::audio::io
