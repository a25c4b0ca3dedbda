// SPDX-License-Identifier: MIT
// opus_gain: the output gain in an Ogg Opus file's header, which every decoder applies.
#pragma once

#include "tag/file_edit.h"

#include <cstdint>
#include <optional>

namespace gainstage::tag {

/// In 1/256 dB (RFC 7845, section 5.1); nothing if the first page isn't an Opus header.
std::optional<std::int16_t> opus_header_gain(const FileEdit& file);

/// Sets it, and the page's checksum. False as above.
[[nodiscard]] bool set_opus_header_gain(FileEdit& edit, std::int16_t q7_8);

} // namespace gainstage::tag
