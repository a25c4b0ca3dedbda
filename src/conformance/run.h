// SPDX-License-Identifier: MIT
// run: the cases through the meters, on our signals or on the EBU's own files. It judges; it prints
// nothing.
#pragma once

#include "audio/io/watch.h"
#include "conformance/cases.h"
#include "units/result.h"

#include <filesystem>

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

    /// Within the standard's tolerance; on our own signals, whose ideal is known, also within
    /// Expectation::from_ideal of that.
    [[nodiscard]] bool passes() const noexcept;
};

/// Every expectation of a case with signals; none of a recording's.
std::vector<Outcome> run(const Case& one);

/// All cases at all rates, side by side on `threads` threads (0: one a core).
std::vector<Outcome> run_all(int threads = 0);

/// The EBU's files in `folder`, told by their names; each is a case's own signal.
///   errors  the folder can't be read, none of the files is there, one can't be decoded
Result<std::vector<Outcome>> run_files(const std::filesystem::path& folder,
                                       const audio::io::Watch& watch = {});

} // namespace gainstage::conformance
