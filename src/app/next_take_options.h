// SPDX-License-Identifier: MIT
// next_take_options: what `take` and `listen` ask about the take to come: how long, who plays, what
// the preamp can do.
#pragma once

#include "take/next_take.h"
#include "take/preamp.h"

#include <CLI/App.hpp>

#include <optional>
#include <string>

namespace gainstage::app {

/// --minutes, --source, --allowance and --step.
struct NextTakeOptions {
    double minutes = 0.0; ///< 0: the targets' own
    std::string source = "other";
    std::optional<double> allowance_db;
    std::optional<double> step_db;

    void add_to(CLI::App& verb);

    /// In the steps of `preamp`, if there is one and --step doesn't say otherwise.
    ///   errors  unknown kind of source
    [[nodiscard]] Result<take::NextTake> next_take(const verdict::Targets& figures,
                                                   const std::optional<take::Preamp>& preamp) const;
};

} // namespace gainstage::app
