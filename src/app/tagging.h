// SPDX-License-Identifier: MIT
// tagging: what `meter` does to files on request: --tag, --untag, --undo. An album is a folder's
// files.
#pragma once

#include "app/console.h"
#include "measure/measure.h"
#include "report/outcome.h"
#include "tag/tag.h"

#include <CLI/App.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gainstage::app {

struct TagFlags {
    std::string scheme; ///< --tag: "auto", "replaygain", "r128", "bext"; empty: no
    std::string opus_header = "keep";
    bool no_album = false;
    bool untag = false;
    std::string undo;      ///< --undo: an undo file
    std::string undo_file; ///< --undo-file: the one to write
    bool dry_run = false;
    bool keep_mtime = true;

    void add_to(CLI::App& verb);

    [[nodiscard]] bool tags() const noexcept { return !scheme.empty(); }
};

/// Hears of every file as it is measured, in order; tags a folder's files when the last one of them
/// is known. Says what it does.
class Tagging {
public:
    /// errors  the undo file can't be written
    static Result<Tagging>
    begin(const TagFlags& flags, const std::vector<std::filesystem::path>& paths, Console& console);

    void add(const report::Outcome<measure::MeasuredFile>& file, const audio::io::Watch& watch);

    [[nodiscard]] std::size_t failed() const noexcept { return failed_; } ///< files

private:
    struct Folder {
        std::size_t files_to_come = 0;
        tag::Album album;
        bool album_is_whole = true;
        std::vector<measure::MeasuredFile> measured;
    };

    Tagging(const TagFlags& flags, Console& console) : flags_(&flags), console_(&console) {}

    void
    tag_folder(const std::filesystem::path& name, Folder& folder, const audio::io::Watch& watch);

    const TagFlags* flags_;
    Console* console_;
    std::optional<tag::UndoLog> log_;
    std::map<std::filesystem::path, std::size_t> files_in_;
    std::map<std::filesystem::path, Folder> open_;
    std::size_t failed_ = 0;
};

/// --untag
ExitCode
run_untag(const TagFlags& flags, const std::vector<std::filesystem::path>& paths, Console& console);

/// --undo
ExitCode run_undo(const TagFlags& flags, Console& console);

} // namespace gainstage::app
