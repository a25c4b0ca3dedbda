// SPDX-License-Identifier: MIT
// The verbs of the command line. Each adds itself to the parser and, when it was named, runs:
// parse, call, print; no decision about levels lives in app/.
#pragma once

#include "app/console.h"

#include <CLI/App.hpp>

#include <functional>

namespace gainstage::app {

/// What a verb leaves for main() to call once the command line was understood.
using Run = std::function<ExitCode()>;

void add_meter(CLI::App& program, Console& console, Run& run);
void add_take(CLI::App& program, Console& console, Run& run);
void add_listen(CLI::App& program, Console& console, Run& run);
void add_stage(CLI::App& program, Console& console, Run& run);
void add_master(CLI::App& program, Console& console, Run& run);
void add_produce(CLI::App& program, Console& console, Run& run);
void add_demo(CLI::App& program, Console& console, Run& run);
void add_conformance(CLI::App& program, Console& console, Run& run);
void add_gear(CLI::App& program, Console& console, Run& run);
void add_chain(CLI::App& program, Console& console, Run& run);

} // namespace gainstage::app
