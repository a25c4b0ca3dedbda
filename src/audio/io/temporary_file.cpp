// SPDX-License-Identifier: MIT
#include "audio/io/temporary_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace gainstage::audio::io {
namespace {

/// The mode that a plain new file would have got; mkostemp makes it 0600.
mode_t default_mode() {
    static const mode_t mask = [] {
        const mode_t current = umask(0);
        umask(current);
        return current;
    }();
    return 0666 & ~mask;
}

} // namespace

Error write_error(const std::filesystem::path& target, int system_error) {
    switch (system_error) {
    case ENOSPC:
    case EDQUOT:
        return {ErrorKind::unwritable, target.string(), "can't be written: the disk is full",
                "make room or name another folder"};
    case EFBIG:
        return {ErrorKind::unwritable, target.string(),
                "can't be written: files of this size aren't allowed here",
                "name another disk or raise the limit"};
    case ENOENT:
        return {ErrorKind::unwritable, target.string(), "can't be written: its folder isn't there",
                "make the folder first"};
    case EACCES:
    case EPERM:
    case EROFS:
        return {ErrorKind::unwritable, target.string(),
                std::string("can't be written: ") + std::strerror(system_error),
                "name a folder that you may write to"};
    default:
        return {ErrorKind::unwritable, target.string(),
                std::string("can't be written: ") + std::strerror(system_error),
                "check the disk and the path"};
    }
}

Result<TemporaryFile> TemporaryFile::beside(const std::filesystem::path& target) {
    std::error_code failure;
    if (std::filesystem::is_directory(target, failure)) {
        return Error{ErrorKind::unwritable, target.string(), "is a folder", "name a file"};
    }
    const auto folder =
        target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
    // A name of 255 bytes, the most there are, must leave room for what is added to it.
    constexpr std::size_t longest_part = 220;
    const std::string part = target.filename().string().substr(0, longest_part);
    std::string pattern = (folder / ("." + part + ".gainstage-XXXXXX")).string();
    const int descriptor = mkostemp(pattern.data(), 0);
    if (descriptor < 0) {
        return write_error(target, errno);
    }
    fchmod(descriptor, default_mode());
    return TemporaryFile(descriptor, pattern, target);
}

TemporaryFile::TemporaryFile(int descriptor,
                             std::filesystem::path path,
                             std::filesystem::path target)
    : descriptor_(descriptor), path_(std::move(path)), target_(std::move(target)) {}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)),
      target_(std::move(other.target_)) {}

TemporaryFile& TemporaryFile::operator=(TemporaryFile&& other) noexcept {
    if (this != &other) {
        discard();
        descriptor_ = std::exchange(other.descriptor_, -1);
        path_ = std::move(other.path_);
        target_ = std::move(other.target_);
    }
    return *this;
}

TemporaryFile::~TemporaryFile() { discard(); }

void TemporaryFile::discard() noexcept {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
        ::unlink(path_.c_str());
        descriptor_ = -1;
    }
}

Status TemporaryFile::commit() {
    // Some file systems say "disk full" only when the data goes to disk or the file is closed.
    if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) {
        return write_error(target_, errno);
    }
    if (::rename(path_.c_str(), target_.c_str()) != 0) {
        return write_error(target_, errno);
    }
    ::close(std::exchange(descriptor_, -1));
    return Done{};
}

} // namespace gainstage::audio::io
