// SPDX-License-Identifier: MIT
// undo: what tagging took out of files, a line of JSON a file, so that each can be put back byte
// for byte. The format is in docs/reference/tags.md.
#pragma once

#include "audio/io/watch.h"
#include "tag/file_edit.h"

#include <functional>

namespace gainstage::tag {

/// A sum over a file's bytes: another length or other bytes give another sum but once in 2^64
/// times. Not against forgery.
struct Checksum {
    std::uint64_t bytes = 0;
    std::uint64_t sum = 0;

    friend bool operator==(const Checksum&, const Checksum&) = default;
};

/// errors  can't be read; stopped
Result<Checksum>
checksum_of(int descriptor, const std::filesystem::path& path, const audio::io::Watch& watch);

class UndoLog {
public:
    /// Goes on at the end of an undo file that is there.
    ///   errors  can't be written; is something else than an undo file
    static Result<UndoLog> open(const std::filesystem::path& path);

    UndoLog(UndoLog&& other) noexcept;
    UndoLog& operator=(UndoLog&&) = delete;
    ~UndoLog();

    /// Notes how `edit` can be taken back. On disk when this returns: the edit may be saved then.
    Status note(const FileEdit& edit, const Checksum& before, const Checksum& after);

private:
    UndoLog(int descriptor, std::filesystem::path path)
        : descriptor_(descriptor), path_(std::move(path)) {}

    int descriptor_ = -1;
    std::filesystem::path path_;
};

/// What became of one line of an undo file.
struct Undone {
    std::filesystem::path path;
    bool was_changed = true; ///< false: the file already was as it had been
};

/// Puts back every file, the last change first; `heard` is told of each. A file that was changed
/// since is left alone: an error for it, the others go on.
///   errors  the undo file can't be read or is none; stopped
Status undo(const std::filesystem::path& undo_file,
            bool dry_run,
            const audio::io::Watch& watch,
            const std::function<void(Result<Undone>)>& heard);

} // namespace gainstage::tag
