// SPDX-License-Identifier: MIT
// inputs: what several verbs ask of the command line: files to read, media to deliver, a user's
// targets, a folder to write.
#pragma once

#include "app/console.h"
#include "verdict/target.h"

#include <CLI/App.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace gainstage::app {

/// FILE|DIR…, --files-from LIST and -0.
struct FileOptions {
    std::vector<std::string> paths;
    std::string files_from;
    bool nul_separated = false;

    void add_to(CLI::App& verb, const std::string& description);

    /// The audio files that these stand for, in order; folders and globs expanded.
    ///   errors  nothing named, nothing found, the list can't be read
    [[nodiscard]] Result<std::vector<std::filesystem::path>> collect() const;
};

/// --targets FILE: a user's figures on top of the built-in ones.
struct TargetOptions {
    std::string file;

    void add_to(CLI::App& verb);
    [[nodiscard]] Result<verdict::Targets> load() const;
};

/// --for MEDIUM[,MEDIUM]…, --target and --ceiling.
struct MediumOptions {
    std::vector<std::string> ids;
    std::vector<double> target_lufs;  ///< none or one
    std::vector<double> ceiling_dbtp; ///< none or one

    void add_to(CLI::App& verb);
    [[nodiscard]] Result<std::vector<verdict::Medium>> load(const verdict::Targets& targets) const;
};

/// The sizes of these files together.
std::uint64_t total_bytes(const std::vector<std::filesystem::path>& files);

/// All frames that these files say they hold, for a progress line; 0 (not known) where nobody sees
/// one.
std::uint64_t total_frames(const std::vector<std::filesystem::path>& files, const Console& console);

/// Makes `folder` if need be.
Status make_folder(const std::filesystem::path& folder);

/// A whole text file.
Result<std::string> read_text(const std::filesystem::path& file);

} // namespace gainstage::app
