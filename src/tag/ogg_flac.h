// SPDX-License-Identifier: MIT
// ogg_flac: the flag of FLAC in Ogg by which a decoder knows that sound follows. TagLib 1.13 takes
// it away when the comments are the last of the metadata, and no decoder finds the sound then.
#pragma once

#include "tag/file_edit.h"

#include <optional>

namespace gainstage::tag {

/// Whether the comments are marked as the last of the metadata; nothing if there are none that
/// TagLib could write to.
std::optional<bool> ogg_flac_comments_are_last(const FileEdit& file);

/// Marks them so. False as above.
[[nodiscard]] bool mark_ogg_flac_comments_last(FileEdit& edit);

} // namespace gainstage::tag
