// SPDX-License-Identifier: MIT
// chain_calibrate: `gainstage chain calibrate`: a recorded tone corrects an input of a chain.
#pragma once

#include "app/chain_input.h"
#include "app/console.h"
#include "app/exit_code.h"

#include <CLI/App.hpp>

#include <optional>
#include <string>

namespace gainstage::app {

struct CalibrateOptions {
    ChainInput input;
    std::string recording;
    double tone_hz = 997.0;
    std::optional<double> sent_dbu;
    std::optional<double> gain_db;
    std::string source;
    int channel = 1;
    bool dry_run = false;

    void add_to(CLI::App& calibrate);
};

ExitCode run_calibrate(const CalibrateOptions& options, Console& console);

} // namespace gainstage::app
