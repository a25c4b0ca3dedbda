// SPDX-License-Identifier: MIT
// Exit codes of the program. Scripts rely on them.
#pragma once

#include "units/result.h"

namespace gainstage::app {

enum ExitCode : int {
    exit_done = 0, ///< done, and in spec
    exit_findings =
        1, ///< done, with a finding of severity error, or some of the files failed (each is listed)
    exit_usage = 2,        ///< the command line makes no sense
    exit_nothing = 3,      ///< nothing could be read or written
    exit_internal = 4,     ///< our fault
    exit_interrupted = 130 ///< stopped by Ctrl-C (128 + SIGINT, as shells do)
};

constexpr ExitCode exit_code_of(ErrorKind kind) noexcept {
    switch (kind) {
    case ErrorKind::usage:
        return exit_usage;
    case ErrorKind::unreadable:
    case ErrorKind::unwritable:
        return exit_nothing;
    case ErrorKind::interrupted:
        return exit_interrupted;
    case ErrorKind::internal:
        return exit_internal;
    }
    return exit_internal;
}

/// After work on many things: all well, some failed, or none could be done.
constexpr ExitCode exit_code_of(std::size_t done, std::size_t failed) noexcept {
    if (failed == 0) {
        return exit_done;
    }
    return done == 0 ? exit_nothing : exit_findings;
}

} // namespace gainstage::app
