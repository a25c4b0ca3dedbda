// SPDX-License-Identifier: MIT
// chain_input: what every form of `gainstage chain` reads: the document, the gear and targets it
// goes by, its recordings, and the calibration that lies beside it.
#pragma once

#include "app/gear_options.h"
#include "app/inputs.h"
#include "circuit/calibration.h"
#include "circuit/document.h"
#include "circuit/solver.h"
#include "verdict/target.h"

#include <CLI/App.hpp>

#include <string>

namespace gainstage::app {

/// CHAIN.toml, --gear FILE and --targets FILE.
struct ChainInput {
    std::string file;
    GearOptions gear;
    TargetOptions targets;

    /// All but the positional, whose place each form has to itself.
    void add_to(CLI::App& verb);
};

struct LoadedChain {
    circuit::GearLibrary library;
    verdict::Targets targets;
    std::string text;
    circuit::ChainDocument document; ///< its gear lies in `library`
    circuit::MeasuredLevels measured;
};

/// errors  any of the files: which, where, what to do
Result<LoadedChain> load(const ChainInput& input);

/// The same where the targets are there already.
Result<LoadedChain> load(const ChainInput& input, verdict::Targets targets);

/// The calibration beside the chain; empty where there is none.
///   errors  it can't be read, or is not as it should be
Result<circuit::InputCalibration> load_calibration(const std::string& chain);

} // namespace gainstage::app
