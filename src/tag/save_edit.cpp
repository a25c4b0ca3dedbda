// SPDX-License-Identifier: MIT
#include "tag/save_edit.h"

#include "audio/io/packets.h"
#include "audio/io/temporary_file.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace gainstage::tag {
namespace {

constexpr std::size_t copied_at_once = std::size_t{1} << 20; // between two looks at Ctrl-C

Error stopped() { return {ErrorKind::interrupted, "", "stopped", ""}; }

Status write_all(int descriptor, std::string_view bytes, const std::filesystem::path& target) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(descriptor, bytes.data(), bytes.size());
        if (done < 0 && errno != EINTR) {
            return audio::io::write_error(target, errno);
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
    }
    return Done{};
}

Status write_pieces(const FileEdit& edit,
                    int to,
                    const std::filesystem::path& target,
                    const audio::io::Watch& watch) {
    bool in_kernel = true; // copies there, and shares blocks on file systems that can
    for (const FileEdit::Piece& piece : edit.pieces()) {
        if (!piece.is_old) {
            if (const Status written = write_all(to, edit.added(piece), target); !written) {
                return written;
            }
            continue;
        }
        for (std::uint64_t done = 0; done < piece.bytes;) {
            if (watch.stopped()) {
                return stopped();
            }
            const auto count = static_cast<std::size_t>(
                std::min<std::uint64_t>(piece.bytes - done, copied_at_once));
            auto from = static_cast<off_t>(piece.from + done);
            const ssize_t copied =
                in_kernel ? ::copy_file_range(edit.descriptor(), &from, to, nullptr, count, 0) : 0;
            if (copied > 0) {
                done += static_cast<std::uint64_t>(copied);
                continue;
            }
            if (copied < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO)) {
                return audio::io::write_error(target, errno);
            }
            in_kernel = false;
            const std::string bytes = edit.read(piece.start + done, count);
            if (bytes.size() != count) {
                return Error{ErrorKind::unreadable, target.string(), "can't be read to its end",
                             "check the disk"};
            }
            if (const Status written = write_all(to, bytes, target); !written) {
                return written;
            }
            done += count;
        }
    }
    return Done{};
}

/// Best effort: not every file system has them, and not everybody may set them.
void copy_attributes(int from, int to) {
    std::string names(64 * 1024, '\0');
    const ssize_t bytes = ::flistxattr(from, names.data(), names.size());
    if (bytes <= 0) {
        return;
    }
    names.resize(static_cast<std::size_t>(bytes));
    for (std::size_t at = 0; at < names.size(); at = names.find('\0', at) + 1) {
        const char* name = names.c_str() + at;
        std::string value(64 * 1024, '\0');
        const ssize_t value_bytes = ::fgetxattr(from, name, value.data(), value.size());
        if (value_bytes >= 0) {
            // The result tells nothing that could be acted on.
            [[maybe_unused]] const int set =
                ::fsetxattr(to, name, value.data(), static_cast<std::size_t>(value_bytes), 0);
        }
    }
}

bool is_untouched_since(const struct stat& before, const std::filesystem::path& target) {
    struct stat now = {};
    return ::stat(target.c_str(), &now) == 0 && now.st_ino == before.st_ino &&
           now.st_size == before.st_size && now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == before.st_mtim.tv_nsec;
}

void keep_metadata(const FileEdit& edit,
                   int to,
                   const struct stat& before,
                   const SaveOptions& options) {
    // Owner first: a change of owner clears some mode bits.
    [[maybe_unused]] const int owned = ::fchown(to, before.st_uid, before.st_gid);
    [[maybe_unused]] const int allowed = ::fchmod(to, before.st_mode & 07777);
    copy_attributes(edit.descriptor(), to);
    if (options.mtime || options.keep_mtime) {
        const timespec times[2] = {before.st_atim, options.mtime.value_or(before.st_mtim)};
        [[maybe_unused]] const int timed = ::futimens(to, times);
    }
}

Status check_sound(const std::filesystem::path& before, const std::filesystem::path& after) {
    const auto old_sound = audio::io::packet_checksum(before);
    const auto new_sound = audio::io::packet_checksum(after, before);
    if (!old_sound) {
        return old_sound.error();
    }
    if (!new_sound || *new_sound != *old_sound) {
        return Error{ErrorKind::internal, before.string(),
                     "was left as it is: with the tags its sound would not be the same",
                     "report this, with the file if you can"};
    }
    return Done{};
}

Status note_undo(const FileEdit& edit,
                 int written,
                 const SaveOptions& options,
                 const audio::io::Watch& watch) {
    if (options.undo == nullptr && !options.must_become) {
        return Done{};
    }
    const auto after = checksum_of(written, edit.path(), watch);
    if (!after) {
        return after.error();
    }
    if (options.must_become && *options.must_become != *after) {
        return Error{ErrorKind::internal, edit.path().string(),
                     "was left as it is: it wouldn't become what it was",
                     "report this, with the undo file"};
    }
    if (options.undo == nullptr) {
        return Done{};
    }
    const auto before = checksum_of(edit.descriptor(), edit.path(), watch);
    if (!before) {
        return before.error();
    }
    return options.undo->note(edit, *before, *after);
}

} // namespace

Status save_edit(const FileEdit& edit, const SaveOptions& options, const audio::io::Watch& watch) {
    std::error_code failure;
    const auto target = std::filesystem::canonical(edit.path(), failure);
    const struct stat& before = edit.status();
    if (failure) {
        return Error{ErrorKind::unreadable, edit.path().string(), "is not there any more",
                     "check the path"};
    }
    if (::access(target.c_str(), W_OK) != 0) { // the rename alone would get past a read-only file
        return audio::io::write_error(edit.path(), errno);
    }
    auto file = audio::io::TemporaryFile::beside(target);
    if (!file) {
        return file.error();
    }
    if (const Status done = write_pieces(edit, file->descriptor(), edit.path(), watch); !done) {
        return done;
    }
    if (options.check_sound) {
        if (const Status same = check_sound(target, file->path()); !same) {
            return same;
        }
    }
    if (const Status noted = note_undo(edit, file->descriptor(), options, watch); !noted) {
        return noted;
    }
    if (watch.stopped()) {
        return stopped();
    }
    if (!is_untouched_since(before, target)) {
        return Error{ErrorKind::unwritable, edit.path().string(),
                     "was changed by another program meanwhile and was left as it is",
                     "run this again"};
    }
    keep_metadata(edit, file->descriptor(), before, options);
    return file->commit();
}

} // namespace gainstage::tag
