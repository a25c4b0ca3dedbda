// SPDX-License-Identifier: MIT
#include "tag/ogg_pages.h"

namespace gainstage::tag {
namespace {

// RFC 3533, section 6: the page header's fields.
constexpr std::size_t serial_at = 14;
constexpr std::size_t checksum_at = 22;
constexpr std::size_t segments_at = 26;
constexpr std::size_t segment_table_at = 27;
constexpr std::size_t longest_page = 65307; // 27 + 255 + 255 * 255

std::size_t byte_of(const std::string& bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
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

std::size_t OggPage::segments() const { return byte_of(bytes, segments_at); }

std::size_t OggPage::segment(std::size_t index) const {
    return byte_of(bytes, segment_table_at + index);
}

std::size_t OggPage::data_at() const { return segment_table_at + segments(); }

std::string_view OggPage::serial() const { return std::string_view(bytes).substr(serial_at, 4); }

void OggPage::write_to(FileEdit& edit) {
    bytes.replace(checksum_at, 4, 4, '\0');
    const std::uint32_t sum = page_checksum(bytes);
    for (unsigned i = 0; i < 4; ++i) {
        bytes[checksum_at + i] = static_cast<char>(sum >> (8 * i) & 0xFFu);
    }
    edit.replace(start, bytes.size(), bytes);
}

std::optional<OggPage> ogg_page_at(const FileEdit& file, std::uint64_t start) {
    OggPage page{.start = start, .bytes = file.read(start, longest_page)};
    if (!page.bytes.starts_with("OggS") || page.bytes.size() < segment_table_at ||
        page.bytes.size() < page.data_at()) {
        return std::nullopt;
    }
    std::size_t end = page.data_at();
    for (std::size_t i = 0; i < page.segments(); ++i) {
        end += page.segment(i);
    }
    if (page.bytes.size() < end) {
        return std::nullopt;
    }
    page.bytes.resize(end);
    return page;
}

} // namespace gainstage::tag
