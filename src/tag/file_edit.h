// SPDX-License-Identifier: MIT
// FileEdit: a file as it will be, kept as the stretches of the old one that stay and the bytes that
// are new. Nothing is written until save_edit(), and what was taken out is known to the byte, so
// that it can be put back. Knows no tags.
#pragma once

#include "units/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace gainstage::tag {

class FileEdit {
public:
    /// errors  the file can't be read
    static Result<FileEdit> of(const std::filesystem::path& path);

    FileEdit(FileEdit&& other) noexcept;
    FileEdit& operator=(FileEdit&& other) noexcept;
    ~FileEdit();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// The old file, open for reading.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

    /// What the system said of it when it was opened.
    [[nodiscard]] const struct stat& status() const noexcept { return status_; }

    [[nodiscard]] std::uint64_t old_bytes() const noexcept { return old_bytes_; }

    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; } ///< with the edits

    /// From `start` of the edited file; as many as there are. A disk's error shows as an early end,
    /// and in failed().
    [[nodiscard]] std::size_t read(std::uint64_t start, std::span<char> into) const;
    [[nodiscard]] std::string read(std::uint64_t start, std::size_t bytes) const;

    /// `removed` bytes from `start` on give way to `inserted`. Both are cut at the file's end.
    void replace(std::uint64_t start, std::uint64_t removed, std::string_view inserted);

    /// The old file couldn't be read somewhere.
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    /// A stretch of the edited file, in order and without gaps.
    struct Piece {
        std::uint64_t start = 0; ///< in the edited file
        std::uint64_t bytes = 0;
        bool is_old = true;
        std::uint64_t from = 0; ///< in the old file, or in added()
    };

    [[nodiscard]] const std::vector<Piece>& pieces() const noexcept { return pieces_; }

    [[nodiscard]] std::string_view added(const Piece& piece) const {
        return std::string_view(added_).substr(piece.from, piece.bytes);
    }

    /// The first difference from the old file that matters: any byte is another one, or gone.
    [[nodiscard]] bool is_changed() const;

private:
    FileEdit(int descriptor, std::filesystem::path path, const struct stat& status);

    [[nodiscard]] std::size_t piece_at(std::uint64_t start) const; ///< pieces_.size() at the end
    std::size_t split(std::uint64_t start);                        ///< the piece that begins there
    void append(std::uint64_t start, std::string_view inserted, std::size_t place);

    int descriptor_ = -1;
    std::filesystem::path path_;
    struct stat status_ = {};
    std::uint64_t old_bytes_ = 0;
    std::uint64_t bytes_ = 0;
    std::vector<Piece> pieces_;
    std::string added_;
    mutable bool failed_ = false;
};

} // namespace gainstage::tag
