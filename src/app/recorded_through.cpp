// SPDX-License-Identifier: MIT
#include "app/recorded_through.h"

#include <CLI/CLI.hpp>

namespace gainstage::app {

void RecordedThrough::add_to(CLI::App& verb) {
    auto* file =
        verb.add_option("--chain", chain.file,
                        "What it is recorded through (CHAIN.toml): the preamp's steps, its "
                        "pad, and the noise it alone would make");
    verb.add_option("--input", input, "Which source of the chain (default: the only one)")
        ->needs(file);
    chain.gear.add_to(verb);
}

Result<std::optional<take::Preamp>> RecordedThrough::preamp(const verdict::Targets& targets) const {
    if (chain.file.empty()) {
        return std::optional<take::Preamp>{};
    }
    const auto loaded = load(chain, targets);
    if (!loaded) {
        return loaded.error();
    }
    const auto calibration = load_calibration(chain.file);
    if (!calibration) {
        return calibration.error();
    }
    const auto solution =
        circuit::solve(loaded->document, loaded->targets, loaded->measured, *calibration);
    if (!solution) {
        return solution.error();
    }
    const auto found = take::preamp_of(*solution, input);
    if (!found) {
        Error error = found.error();
        error.where = chain.file;
        return error;
    }
    return std::optional(*found);
}

} // namespace gainstage::app
