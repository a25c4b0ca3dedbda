// SPDX-License-Identifier: MIT
// run: the cases through the meters, on our signals or on the EBU's own files. It judges; it prints
// nothing.
#pragma once

#include "audio/io/watch.h"
#include "conformance/cases.h"
#include "units/result.h"

#include <filesystem>
#include <optional>

namespace gainstage::conformance {

/// One expectation, and what became of it.
struct Outcome {
    std::string document;
    std::string number;
    std::string signal; ///< in words, or the name of the EBU's file
    Hertz sample_rate{0.0};
    Expectation expectation;
    double measured = 0.0; ///< the reading that is furthest off; -inf silence, NaN nothing
    bool synthesised = true;
    std::optional<Error> failure = {}; ///< it couldn't be measured: the reading is NaN

    /// Within the standard's tolerance; on our own signals, whose ideal is known, also within
    /// Expectation::from_ideal of that.
    [[nodiscard]] bool passes() const noexcept;
};

/// Every expectation of a case with signals; none of a recording's. One that can't be measured
/// fails, and says why.
std::vector<Outcome> run(const Case& one, const audio::io::Watch& watch = {});

/// All cases of `list`, side by side on `threads` threads (0: one a core). watch.progress hears of
/// each case as 1.
///   errors  stopped
Result<std::vector<Outcome>>
run_all(const std::vector<Case>& list, int threads = 0, const audio::io::Watch& watch = {});

/// The list at all rates.
std::vector<Case> all_cases();

/// The EBU's files in `folder`, told by their names; each is a case's own signal. One that can't be
/// decoded fails; the others go on.
///   errors  the folder can't be read, none of the files is there, stopped
Result<std::vector<Outcome>> run_files(const std::filesystem::path& folder,
                                       const audio::io::Watch& watch = {});

} // namespace gainstage::conformance
