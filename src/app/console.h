// SPDX-License-Identifier: MIT
// Console: the program's manners. Results on standard output, talk and progress on standard error;
// colour and progress only on a terminal; NO_COLOR honoured.
#pragma once

#include "app/exit_code.h"
#include "audio/io/watch.h"
#include "report/text.h"
#include "units/result.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace gainstage::app {

class Console {
public:
    bool quiet = false;       ///< --quiet: only results and errors
    bool no_progress = false; ///< --no-progress

    /// Standard output, for results. False once it can't be written; see finish().
    void result(std::string_view text);

    /// Standard error, unless quiet: "wrote demo-out/mix.wav".
    void say(std::string_view line);

    /// Standard error, always: "gainstage: kick.wav: is not an audio file; …".
    void error(const Error& error);

    /// Flushes standard output: a full disk or a closed pipe there turns `code` into exit_nothing,
    /// with a line.
    [[nodiscard]] ExitCode finish(ExitCode code);

    /// How text on standard output should look: the terminal's width, colour if it wants it; plain
    /// elsewhere.
    [[nodiscard]] report::TextOptions style() const;
    [[nodiscard]] bool shows_progress() const;
};

/// A progress line on the terminal, from construction to destruction; silent elsewhere.
class Progress {
public:
    /// What Watch::progress counts.
    enum class Unit { frames, bytes };

    /// `total` 0: not known, the line tells the time instead. files: 0 if they don't matter.
    Progress(const Console& console,
             std::string label,
             std::uint64_t total,
             Unit unit = Unit::frames,
             std::size_t files = 0);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// For long work to report to and to be stopped by. Valid as long as the Progress is.
    [[nodiscard]] const audio::io::Watch& watch() const noexcept { return watch_; }

    /// One more of the files is done.
    void file_done() noexcept { ++files_done_; }

    /// Takes the line away, so that another can be printed; it is drawn again later.
    void make_way();

private:
    void advance(std::uint64_t amount);
    void draw(std::uint64_t done);
    [[nodiscard]] std::string details(std::uint64_t done, double elapsed_s) const;

    bool shown_;
    std::string label_;
    std::uint64_t total_;
    Unit unit_;
    std::size_t files_;
    std::atomic<std::size_t> files_done_{0};
    std::atomic<std::uint64_t> done_{0};
    std::mutex drawing_;
    std::chrono::steady_clock::time_point begun_;
    std::chrono::steady_clock::time_point drawn_;
    audio::io::Watch watch_;
};

} // namespace gainstage::app
