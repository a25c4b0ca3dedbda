// SPDX-License-Identifier: MIT
// needles: what `meter --meters` adds: meters with ballistics, read beside the others.
#pragma once

#include "report/csv.h"

#include <CLI/App.hpp>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace gainstage::app {

/// --meters, --alignment and --m3.
struct NeedleOptions {
    std::string names;
    double alignment_dbfs = ballistics::default_alignment.db();
    bool m3 = false;

    /// `what`: what --meters does; the names are added.
    void add_to(CLI::App& verb, const std::string& what);

    /// Nothing chosen: no kinds.
    ///   errors  an unknown name
    [[nodiscard]] Result<ballistics::RackOptions> rack() const;
};

/// What the files' needles are shown with.
class Needles {
public:
    /// errors  an unknown name
    static Result<Needles> create(const NeedleOptions& options,
                                  const std::vector<std::filesystem::path>& paths);

    /// What to read.
    [[nodiscard]] const ballistics::RackOptions& rack() const noexcept { return options_; }

    [[nodiscard]] report::NeedleColumns columns() const noexcept {
        return {options_.kinds, channels_};
    }

    /// A file that was measured; a line of text comes from it.
    void add(const report::Outcome<measure::MeasuredFile>& file);

    /// The highest readings of every file since it was last taken; empty if no meter was chosen.
    [[nodiscard]] std::string take_text() noexcept { return std::exchange(text_, {}); }

private:
    ballistics::RackOptions options_;
    int channels_ = 0; ///< the most that any file has
    std::string text_;
};

} // namespace gainstage::app
