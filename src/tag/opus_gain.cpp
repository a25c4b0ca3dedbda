// SPDX-License-Identifier: MIT
#include "tag/opus_gain.h"

#include <string>

namespace gainstage::tag {
namespace {

// RFC 3533, section 6: the page header's fields.
constexpr std::size_t checksum_at = 22;
constexpr std::size_t segments_at = 26;
constexpr std::size_t segment_table_at = 27;
constexpr std::size_t longest_page = 65307; // 27 + 255 + 255 * 255
// RFC 7845, section 5.1: magic 8, version 1, channels 1, pre-skip 2, input rate 4.
constexpr std::size_t gain_in_packet = 16;

struct HeaderPage {
    std::string bytes;
    std::size_t gain_at = 0;
};

std::optional<HeaderPage> header_page(const FileEdit& file) {
    HeaderPage page{.bytes = file.read(0, longest_page)};
    if (!page.bytes.starts_with("OggS") || page.bytes.size() < segment_table_at) {
        return std::nullopt;
    }
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(page.bytes[at]); };
    const std::size_t segments = byte(segments_at);
    const std::size_t packet = segment_table_at + segments;
    std::size_t end = packet;
    for (std::size_t i = 0; i < segments && segment_table_at + i < page.bytes.size(); ++i) {
        end += byte(segment_table_at + i);
    }
    page.gain_at = packet + gain_in_packet;
    if (page.bytes.size() < end || end < page.gain_at + 2 ||
        page.bytes.compare(packet, 8, "OpusHead") != 0) {
        return std::nullopt;
    }
    page.bytes.resize(end);
    return page;
}

/// RFC 3533, section 6: polynomial 0x04c11db7, from 0, nothing mirrored or inverted.
std::uint32_t page_checksum(std::string_view page) {
    std::uint32_t sum = 0;
    for (const char c : page) {
        sum ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24;
        for (int bit = 0; bit < 8; ++bit) {
            sum = (sum & 0x8000'0000u) != 0 ? sum << 1 ^ 0x04c1'1db7u : sum << 1;
        }
    }
    return sum;
}

} // namespace

std::optional<std::int16_t> opus_header_gain(const FileEdit& file) {
    const auto page = header_page(file);
    if (!page) {
        return std::nullopt;
    }
    const auto low = static_cast<unsigned char>(page->bytes[page->gain_at]);
    const auto high = static_cast<unsigned char>(page->bytes[page->gain_at + 1]);
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(low | high << 8));
}

bool set_opus_header_gain(FileEdit& edit, std::int16_t q7_8) {
    auto page = header_page(edit);
    if (!page) {
        return false;
    }
    const auto gain = static_cast<std::uint16_t>(q7_8);
    page->bytes[page->gain_at] = static_cast<char>(gain & 0xFFu);
    page->bytes[page->gain_at + 1] = static_cast<char>(gain >> 8);
    page->bytes.replace(checksum_at, 4, 4, '\0');
    const std::uint32_t sum = page_checksum(page->bytes);
    for (unsigned i = 0; i < 4; ++i) {
        page->bytes[checksum_at + i] = static_cast<char>(sum >> (8 * i) & 0xFFu);
    }
    edit.replace(checksum_at, 4, std::string_view(page->bytes).substr(checksum_at, 4));
    edit.replace(page->gain_at, 2, std::string_view(page->bytes).substr(page->gain_at, 2));
    return true;
}

} // namespace gainstage::tag
