// SPDX-License-Identifier: MIT
// wiring: the map of an interface: every input and output with its kind, level, impedance and gain,
// and what a chain has plugged in where. As text, SVG and a page. It computes no level.
#pragma once

#include "circuit/gear.h"
#include "circuit/solver.h"
#include "report/text.h"

#include <string>
#include <vector>

namespace gainstage::report {

/// A socket, or several alike.
struct WiringPort {
    std::string name;       ///< "mic input", "2 line outputs"
    std::string connector;  ///< the usual one of that kind: gear files don't say
    std::string nominal;    ///< what it is made for
    std::string full_scale; ///< level that reads 0 dBFS, or that 0 dBFS gives
    std::string impedance;
    std::string gain;                              ///< its range and pad; empty: none
    bool unverified = false;                       ///< nobody read some of it in a source
    std::vector<std::vector<std::string>> plugged; ///< each what is plugged in, from the far end on
};

struct WiringMap {
    std::string title; ///< the interface's name
    std::vector<WiringPort> inputs;
    std::vector<WiringPort> outputs;
};

/// Of an interface alone. Without ports for other gear.
WiringMap wiring_of(const circuit::GearEntry& interface);

/// Of every interface of a solved chain, with what is plugged in.
std::vector<WiringMap> wiring_of(const circuit::ChainSolution& solution);

/// Two tables.
std::string wiring_text(const WiringMap& map, const TextOptions& options = {});

/// The drawing, with its height; `standalone`: with its styles inside.
std::string wiring_svg(const WiringMap& map, bool standalone);

/// A page of its own.
std::string wiring_html(const WiringMap& map);

} // namespace gainstage::report
