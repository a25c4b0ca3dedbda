// SPDX-License-Identifier: MIT
#include "tag/ogg_flac.h"

#include "tag/ogg_pages.h"

namespace gainstage::tag {
namespace {

// RFC 9639, section 8.1: a metadata block's first byte.
constexpr unsigned last_flag = 0x80;
constexpr unsigned type_bits = 0x7F;
constexpr unsigned comments = 4;

struct BlockStart {
    OggPage page;
    std::size_t at = 0; ///< in page.bytes
};

/// Each packet after the first holds one metadata block (RFC 9639, section 10.1), until the last
/// one. Pictures may take many pages.
std::optional<BlockStart> find_comments(const FileEdit& file) {
    auto page = ogg_page_at(file, 0);
    if (!page) {
        return std::nullopt;
    }
    const std::string serial(page->serial());
    constexpr int most_pages = 4096; // 256 MB of metadata
    bool begins = true;              // the next segment begins a packet
    bool is_first = true;
    for (int pages = 0; page && pages < most_pages;
         page = ogg_page_at(file, page->start + page->bytes.size()), ++pages) {
        if (page->serial() != serial) {
            continue;
        }
        std::size_t at = page->data_at();
        for (std::size_t i = 0; i < page->segments(); ++i) {
            const std::size_t length = page->segment(i);
            if (begins && !is_first && length > 0) {
                const auto head = static_cast<unsigned char>(page->bytes[at]);
                if ((head & type_bits) == comments) {
                    return BlockStart{std::move(*page), at};
                }
                if ((head & last_flag) != 0) {
                    return std::nullopt;
                }
            }
            constexpr std::size_t goes_on = 255;
            begins = length < goes_on;
            is_first = is_first && !begins;
            at += length;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<bool> ogg_flac_comments_are_last(const FileEdit& file) {
    const auto block = find_comments(file);
    return block ? std::optional(
                       (static_cast<unsigned char>(block->page.bytes[block->at]) & last_flag) != 0)
                 : std::nullopt;
}

bool mark_ogg_flac_comments_last(FileEdit& edit) {
    auto block = find_comments(edit);
    if (!block) {
        return false;
    }
    char& head = block->page.bytes[block->at];
    head = static_cast<char>(static_cast<unsigned char>(head) | last_flag);
    block->page.write_to(edit);
    return true;
}

} // namespace gainstage::tag
