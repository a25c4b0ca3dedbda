// SPDX-License-Identifier: MIT
#include "tag/file_edit.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace gainstage::tag {

Result<FileEdit> FileEdit::of(const std::filesystem::path& path) {
    const auto unreadable = [&](const std::string& what) {
        return Error{ErrorKind::unreadable, path.string(), what, "check the path"};
    };
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return unreadable(std::string("can't be opened: ") + std::strerror(errno));
    }
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return unreadable("is no plain file");
    }
    return FileEdit(descriptor, path, status);
}

FileEdit::FileEdit(int descriptor, std::filesystem::path path, const struct stat& status)
    : descriptor_(descriptor), path_(std::move(path)), status_(status),
      old_bytes_(static_cast<std::uint64_t>(status.st_size)), bytes_(old_bytes_) {
    if (bytes_ > 0) {
        pieces_.push_back({.start = 0, .bytes = bytes_, .is_old = true, .from = 0});
    }
}

FileEdit::FileEdit(FileEdit&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)),
      status_(other.status_), old_bytes_(other.old_bytes_), bytes_(other.bytes_),
      pieces_(std::move(other.pieces_)), added_(std::move(other.added_)), failed_(other.failed_) {}

FileEdit& FileEdit::operator=(FileEdit&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    path_ = std::move(other.path_);
    status_ = other.status_;
    old_bytes_ = other.old_bytes_;
    bytes_ = other.bytes_;
    pieces_ = std::move(other.pieces_);
    added_ = std::move(other.added_);
    failed_ = other.failed_;
    return *this;
}

FileEdit::~FileEdit() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

std::size_t FileEdit::piece_at(std::uint64_t start) const {
    const auto after = std::ranges::upper_bound(pieces_, start, {}, &Piece::start);
    if (after == pieces_.begin() || start >= bytes_) {
        return pieces_.size();
    }
    return static_cast<std::size_t>(after - pieces_.begin()) - 1;
}

std::size_t FileEdit::read(std::uint64_t start, std::span<char> into) const {
    std::size_t done = 0;
    for (std::size_t i = piece_at(start); i < pieces_.size() && done < into.size(); ++i) {
        const Piece& piece = pieces_[i];
        const std::uint64_t skip = start + done - piece.start;
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(piece.bytes - skip, into.size() - done));
        if (!piece.is_old) {
            std::memcpy(into.data() + done, added_.data() + piece.from + skip, count);
            done += count;
            continue;
        }
        std::size_t got = 0;
        while (got < count) {
            const ssize_t now = ::pread(descriptor_, into.data() + done + got, count - got,
                                        static_cast<off_t>(piece.from + skip + got));
            if (now < 0 && errno == EINTR) {
                continue;
            }
            if (now <= 0) {
                failed_ = true;
                return done + got;
            }
            got += static_cast<std::size_t>(now);
        }
        done += count;
    }
    return done;
}

std::string FileEdit::read(std::uint64_t start, std::size_t bytes) const {
    const std::uint64_t there = bytes_ - std::min(start, bytes_);
    std::string text(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, there)), '\0');
    text.resize(read(start, std::span<char>(text)));
    return text;
}

std::size_t FileEdit::split(std::uint64_t start) {
    const std::size_t at = piece_at(start);
    if (at == pieces_.size() || pieces_[at].start == start) {
        return at;
    }
    Piece tail = pieces_[at];
    const std::uint64_t head_bytes = start - tail.start;
    pieces_[at].bytes = head_bytes;
    tail.start += head_bytes;
    tail.from += head_bytes;
    tail.bytes -= head_bytes;
    pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(at) + 1, tail);
    return at + 1;
}

void FileEdit::append(std::uint64_t start, std::string_view inserted, std::size_t place) {
    const std::uint64_t from = added_.size();
    added_ += inserted;
    // Bytes written one after the other are one piece.
    if (place > 0 && !pieces_[place - 1].is_old &&
        pieces_[place - 1].from + pieces_[place - 1].bytes == from) {
        pieces_[place - 1].bytes += inserted.size();
        return;
    }
    pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(place),
                   {.start = start, .bytes = inserted.size(), .is_old = false, .from = from});
}

void FileEdit::replace(std::uint64_t start, std::uint64_t removed, std::string_view inserted) {
    start = std::min(start, bytes_);
    removed = std::min(removed, bytes_ - start);
    const std::size_t first = split(start);
    const std::size_t last = split(start + removed);
    pieces_.erase(pieces_.begin() + static_cast<std::ptrdiff_t>(first),
                  pieces_.begin() + static_cast<std::ptrdiff_t>(last));
    if (!inserted.empty()) {
        append(start, inserted, first);
    }
    bytes_ += inserted.size();
    bytes_ -= removed;
    if (removed != inserted.size()) {
        std::uint64_t next = first == 0 ? 0 : pieces_[first - 1].start + pieces_[first - 1].bytes;
        for (std::size_t i = first; i < pieces_.size(); ++i) {
            pieces_[i].start = next;
            next += pieces_[i].bytes;
        }
    }
}

bool FileEdit::is_changed() const {
    if (bytes_ != old_bytes_) {
        return true;
    }
    for (const Piece& piece : pieces_) {
        if (piece.is_old) {
            if (piece.from != piece.start) {
                return true;
            }
            continue;
        }
        std::string old(piece.bytes, '\0');
        const ssize_t got =
            ::pread(descriptor_, old.data(), old.size(), static_cast<off_t>(piece.start));
        if (got != static_cast<ssize_t>(old.size()) || old != added(piece)) {
            return true;
        }
    }
    return false;
}

} // namespace gainstage::tag
