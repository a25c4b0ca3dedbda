// SPDX-License-Identifier: MIT
// needles: what `meter --meters` adds: meters with ballistics, read beside the others.
#pragma once

#include "measure/measure.h"
#include "measure/needles.h"
#include "report/outcome.h"

#include <CLI/App.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace gainstage::app {

/// --meters and --alignment.
struct NeedleOptions {
    std::string names;
    double alignment_dbfs = ballistics::default_alignment.db();

    void add_to(CLI::App& verb);

    /// Nothing chosen: no kinds.
    ///   errors  an unknown name
    [[nodiscard]] Result<ballistics::RackOptions> rack() const;
};

class Needles {
public:
    /// errors  an unknown name
    static Result<Needles> create(const NeedleOptions& options,
                                  const std::vector<std::filesystem::path>& paths,
                                  const meter::BridgeOptions& measuring);

    /// Reads a file that was measured; a series row and a line of text come from it.
    void read(const report::Outcome<measure::MeasuredFile>& file,
              const std::filesystem::path& path,
              const audio::io::Watch& watch);

    [[nodiscard]] std::string series_header() const;
    [[nodiscard]] std::string series_rows(const report::Outcome<measure::MeasuredFile>& file) const;

    /// The highest readings of every file; empty if no meter was chosen.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    ballistics::RackOptions options_;
    meter::BridgeOptions measuring_;
    int channels_ = 0; ///< the most that any file has
    measure::NeedleSeries last_;
    std::string text_;
};

} // namespace gainstage::app
