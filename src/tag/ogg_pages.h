// SPDX-License-Identifier: MIT
// ogg_pages: single pages of an Ogg file (RFC 3533, section 6) read, changed and given their
// checksum. Knows no codec.
#pragma once

#include "tag/file_edit.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gainstage::tag {

struct OggPage {
    std::uint64_t start = 0; ///< in the file
    std::string bytes;       ///< all of it

    [[nodiscard]] std::size_t segments() const; ///< how many; their lengths are in the table
    [[nodiscard]] std::size_t segment(std::size_t index) const; ///< bytes of it
    [[nodiscard]] std::size_t data_at() const;     ///< where the first segment begins in `bytes`
    [[nodiscard]] std::string_view serial() const; ///< of its logical stream: 4 bytes

    /// The edit has these bytes, and the checksum for them.
    void write_to(FileEdit& edit);
};

/// The page that begins there; nothing if none does or it isn't whole.
std::optional<OggPage> ogg_page_at(const FileEdit& file, std::uint64_t start);

} // namespace gainstage::tag
