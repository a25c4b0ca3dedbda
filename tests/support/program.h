// SPDX-License-Identifier: MIT
// Runs the gainstage program as a user's shell would.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace gainstage::test {

struct Run {
    int exit_code = -1; ///< 128 + signal if one ended it
    std::string out;
    std::string err;

    /// Lines on standard error.
    [[nodiscard]] int error_lines() const;
};

struct RunOptions {
    std::string stdout_path = {}; ///< where standard output goes instead of Run::out: "/dev/full"
    std::string stdin_text = {};  ///< what standard input gives
    std::function<void()> before_exec =
        {};                      ///< in the child, before the program starts: limits, another user
    int interrupt_after_ms = -1; ///< SIGINT that long after the start, if it still runs
};

/// `gainstage arguments…`; waits for its end.
Run run_gainstage(const std::vector<std::string>& arguments, const RunOptions& options = {});

} // namespace gainstage::test
