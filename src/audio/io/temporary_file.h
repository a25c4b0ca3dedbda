// SPDX-License-Identifier: MIT
// TemporaryFile: a hidden file beside its target that takes the target's name when it is whole, and
// is gone otherwise.
#pragma once

#include "units/result.h"

#include <filesystem>

namespace gainstage::audio::io {

class TemporaryFile {
public:
    /// errors  the folder isn't there or can't be written
    static Result<TemporaryFile> beside(const std::filesystem::path& target);

    TemporaryFile(TemporaryFile&& other) noexcept;
    TemporaryFile& operator=(TemporaryFile&& other) noexcept;
    ~TemporaryFile(); ///< removes the file unless it was committed

    /// Open for reading and writing; stays this object's.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

    /// Its name until it is committed.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    [[nodiscard]] const std::filesystem::path& target() const noexcept { return target_; }

    /// To disk, then onto the target's name.
    Status commit();

private:
    TemporaryFile(int descriptor, std::filesystem::path path, std::filesystem::path target);

    void discard() noexcept;

    int descriptor_ = -1;
    std::filesystem::path path_;
    std::filesystem::path target_;
};

/// "disk full", "permission denied"… as an Error about `target`, from errno.
Error write_error(const std::filesystem::path& target, int system_error);

} // namespace gainstage::audio::io
