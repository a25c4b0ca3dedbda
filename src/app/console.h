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
    /// `total_frames` 0: not known, the line tells the time instead.
    Progress(const Console& console, std::string label, std::uint64_t total_frames);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// For long work to report to and to be stopped by. Valid as long as the Progress is.
    [[nodiscard]] const audio::io::Watch& watch() const noexcept { return watch_; }

private:
    void advance(std::uint64_t frames);
    void draw(std::uint64_t done);

    bool shown_;
    std::string label_;
    std::uint64_t total_frames_;
    std::atomic<std::uint64_t> done_{0};
    std::mutex drawing_;
    std::chrono::steady_clock::time_point begun_;
    std::chrono::steady_clock::time_point drawn_;
    audio::io::Watch watch_;
};

} // namespace gainstage::app
