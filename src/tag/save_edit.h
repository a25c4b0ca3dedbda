// SPDX-License-Identifier: MIT
// save_edit: an edited file takes the old one's place, whole or not at all.
#pragma once

#include "audio/io/watch.h"
#include "tag/file_edit.h"
#include "tag/undo.h"

#include <optional>
#include <sys/stat.h>

namespace gainstage::tag {

struct SaveOptions {
    bool keep_mtime = true;
    std::optional<timespec> mtime = {}; ///< this one instead
    UndoLog* undo = nullptr;            ///< hears of it first
    std::optional<Checksum> must_become = {};
    bool check_sound = true; ///< compares the encoded sound of both files, packet by packet
};

/// Writes beside the file and renames: the old file is whole until the new one is. Permissions,
/// owner (where we may) and extended attributes stay. Of a symbolic link, the file that it points
/// to is edited; of a file with several names (hard links) this one becomes a file of its own.
///   errors  disk full, no permission, stopped, the file was changed meanwhile, its sound wouldn't
///           be the same: the old file is as it was
Status save_edit(const FileEdit& edit, const SaveOptions& options, const audio::io::Watch& watch);

} // namespace gainstage::tag
