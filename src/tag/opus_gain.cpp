// SPDX-License-Identifier: MIT
#include "tag/opus_gain.h"

#include "tag/ogg_pages.h"

namespace gainstage::tag {
namespace {

// RFC 7845, section 5.1: magic 8, version 1, channels 1, pre-skip 2, input rate 4.
constexpr std::size_t gain_in_packet = 16;

bool is_opus_header(const std::optional<OggPage>& page) {
    return page && page->bytes.size() >= page->data_at() + gain_in_packet + 2 &&
           page->bytes.compare(page->data_at(), 8, "OpusHead") == 0;
}

} // namespace

std::optional<std::int16_t> opus_header_gain(const FileEdit& file) {
    const auto page = ogg_page_at(file, 0);
    if (!is_opus_header(page)) {
        return std::nullopt;
    }
    const std::size_t at = page->data_at() + gain_in_packet;
    const auto low = static_cast<unsigned char>(page->bytes[at]);
    const auto high = static_cast<unsigned char>(page->bytes[at + 1]);
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(low | high << 8));
}

bool set_opus_header_gain(FileEdit& edit, std::int16_t q7_8) {
    auto page = ogg_page_at(edit, 0);
    if (!is_opus_header(page)) {
        return false;
    }
    const auto gain = static_cast<std::uint16_t>(q7_8);
    const std::size_t at = page->data_at() + gain_in_packet;
    page->bytes[at] = static_cast<char>(gain & 0xFFu);
    page->bytes[at + 1] = static_cast<char>(gain >> 8);
    page->write_to(edit);
    return true;
}

} // namespace gainstage::tag
