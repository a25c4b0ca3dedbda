// SPDX-License-Identifier: MIT
// Outcome: what was asked for, and what came of it. Reports list failures beside results, so they
// need the question too.
#pragma once

#include "master/master.h"
#include "units/result.h"

#include <filesystem>

namespace gainstage::report {

/// One file of a verb that takes many.
template <typename Value>
struct Outcome {
    std::filesystem::path path; ///< as it was asked for
    Result<Value> result;
};

/// One file for one medium.
struct MasterOutcome {
    std::filesystem::path path; ///< the mix, as it was asked for
    verdict::Medium medium;
    Result<master::Master> result;
};

} // namespace gainstage::report
