// SPDX-License-Identifier: MIT
// spool: a pipe's bytes in a temporary file, since readers must look at a file's head and tail
// before its middle.
#pragma once

#include "audio/io/watch.h"
#include "units/result.h"

#include <filesystem>

namespace gainstage::audio::io {

/// A copy of everything that a descriptor gives, in the system's folder for temporary files; gone
/// with the object.
class Spool {
public:
    /// Reads `descriptor` to its end. `name`: what errors call it.
    ///   errors  it can't be read; the folder has no room; stopped
    static Result<Spool> from(int descriptor, const std::string& name, const Watch& watch = {});

    Spool(Spool&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }

    Spool& operator=(Spool&& other) noexcept {
        std::swap(path_, other.path_);
        return *this;
    }

    ~Spool();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    explicit Spool(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
};

} // namespace gainstage::audio::io
