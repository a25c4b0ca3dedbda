// SPDX-License-Identifier: MIT
// GearOptions: the gear that a verb works with: what comes with the program, the user's own folder,
// and
// --gear FILE on top.
#pragma once

#include "circuit/gear.h"

#include <CLI/App.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace gainstage::app {

struct GearOptions {
    std::vector<std::string> files;

    void add_to(CLI::App& verb);

    /// errors  a file that can't be read, or is not as it should be
    [[nodiscard]] Result<circuit::GearLibrary> load() const;
};

/// $XDG_CONFIG_HOME/gainstage/gear, or ~/.config/gainstage/gear; empty where neither is known.
std::filesystem::path user_gear_folder();

} // namespace gainstage::app
