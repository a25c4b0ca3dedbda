// SPDX-License-Identifier: MIT
// outcome: what happened to many things, as lines for a person and one exit code.
#pragma once

#include "app/console.h"
#include "mix/stage.h"
#include "report/outcome.h"
#include "verdict/finding.h"

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

/// What was asked for beside what came of it.
template <typename Value>
std::vector<report::Outcome<Value>> outcomes(const std::vector<std::filesystem::path>& paths,
                                             std::vector<Result<Value>> results) {
    std::vector<report::Outcome<Value>> outcomes;
    outcomes.reserve(paths.size());
    for (std::size_t index = 0; index < paths.size(); ++index) {
        outcomes.push_back({paths[index], std::move(results[index])});
    }
    return outcomes;
}

/// Says every failure; done, some failed, or none could be done.
template <typename Value>
ExitCode say_failures(const std::vector<report::Outcome<Value>>& outcomes, Console& console) {
    std::size_t failed = 0;
    for (const auto& outcome : outcomes) {
        if (!outcome.result) {
            console.error(outcome.result.error());
            ++failed;
        }
    }
    return exit_code_of(outcomes.size() - failed, failed);
}

/// The same for masters; one that is out of spec counts as a finding.
ExitCode say_failures(const std::vector<report::MasterOutcome>& masters, Console& console);

/// Says each track that had to be left out.
void say_skipped(const std::vector<mix::SkippedTrack>& skipped, Console& console);

} // namespace gainstage::app
