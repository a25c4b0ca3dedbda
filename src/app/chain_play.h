// SPDX-License-Identifier: MIT
// chain_play: `chain --play`: a recording through a solved chain.
#pragma once

#include "app/console.h"
#include "app/exit_code.h"
#include "circuit/gear.h"
#include "circuit/solver.h"

#include <CLI/App.hpp>

#include <string>

namespace gainstage::app {

struct PlayOptions {
    std::string dry;    ///< the recording; empty: nothing is to be played
    std::string wet;    ///< where to
    std::string source; ///< id; empty: the only one

    void add_to(CLI::App& verb);

    [[nodiscard]] bool is_wanted() const noexcept { return !dry.empty() || !wet.empty(); }
};

/// Writes options.wet and says what was heard on the way.
///   errors  no such source, one that isn't recorded, files
Status play_chain(const PlayOptions& options,
                  const circuit::ChainSolution& solution,
                  const circuit::GearLibrary& library,
                  Console& console);

} // namespace gainstage::app
