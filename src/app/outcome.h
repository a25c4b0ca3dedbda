// SPDX-License-Identifier: MIT
// outcome: what happened to many things, as lines for a person and one exit code.
#pragma once

#include "app/console.h"
#include "produce/produce.h"

#include <algorithm>
#include <vector>

namespace gainstage::app {

inline bool has_error(const std::vector<verdict::Finding>& findings) {
    return std::ranges::any_of(
        findings, [](const auto& finding) { return finding.severity == verdict::Severity::error; });
}

/// Says the error and gives its exit code.
inline ExitCode fail(const Error& error, Console& console) {
    console.error(error);
    return exit_code_of(error.kind);
}

/// Says every failure; done, some failed, or none could be done.
template <typename Value>
ExitCode say_failures(const std::vector<Result<Value>>& results, Console& console) {
    std::size_t failed = 0;
    for (const auto& result : results) {
        if (!result) {
            console.error(result.error());
            ++failed;
        }
    }
    return exit_code_of(results.size() - failed, failed);
}

/// As say_failures; a master out of spec counts as a finding.
ExitCode say_failures(const std::vector<produce::Delivery>& deliveries, Console& console);

/// Says each track that had to be left out.
void say_skipped(const std::vector<mix::SkippedTrack>& skipped, Console& console);

} // namespace gainstage::app
