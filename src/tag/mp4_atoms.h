// SPDX-License-Identifier: MIT
// mp4_atoms: whether an MP4 file is sound enough for TagLib 1.13, which believes tables that say
// they hold more than they do (it writes on behind them, for minutes), takes what it has just
// written for a table that isn't where it belongs, and nests as deep as a file says.
#pragma once

#include "tag/file_edit.h"

namespace gainstage::tag {

/// Tables of chunk offsets are in a sample table and hold what they say, and atoms don't nest
/// deeper than any real file's.
///   source  ISO/IEC 14496-12: 4.2 (boxes), 8.7.5 (stco, co64)
[[nodiscard]] bool mp4_atoms_are_sound(const FileEdit& file);

} // namespace gainstage::tag
