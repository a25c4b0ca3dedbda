// SPDX-License-Identifier: MIT
// RecordedThrough: the options of take and listen that say what the sound comes through, for the
// advice in the preamp's own steps.
#pragma once

#include "app/chain_input.h"
#include "take/preamp.h"

#include <optional>

namespace gainstage::app {

struct RecordedThrough {
    ChainInput chain;  ///< --chain, --gear
    std::string input; ///< --input: its source

    void add_to(CLI::App& verb);

    /// The input that the chain says; nothing without a chain.
    ///   errors  those of load() and solve(); no such input
    [[nodiscard]] Result<std::optional<take::Preamp>> preamp(const verdict::Targets& targets) const;
};

} // namespace gainstage::app
