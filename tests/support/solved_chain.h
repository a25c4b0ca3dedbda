// SPDX-License-Identifier: MIT
// solved_chain: a chain solved with the gear that comes with the program and gear of a test's own;
// and an interface whose every figure is known.
#pragma once

#include <catch2/catch.hpp>

#include "circuit/document.h"
#include "circuit/gear.h"
#include "circuit/solver.h"
#include "verdict/target.h"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace gainstage::test {

struct SolvedChain {
    std::shared_ptr<circuit::GearLibrary> library; // the document points into it
    std::shared_ptr<circuit::ChainDocument> document;
    circuit::ChainSolution solution;
};

inline SolvedChain solved_chain(const std::string& text, const std::string& own_gear) {
    const auto own = circuit::GearLibrary::parse(own_gear, "own.toml");
    REQUIRE(own);
    SolvedChain result;
    result.library = std::make_shared<circuit::GearLibrary>(
        circuit::GearLibrary::built_in().overlaid_with(*own));
    const auto document = circuit::ChainDocument::parse(text, "x.chain.toml", *result.library);
    if (!document) {
        FAIL(document.error().message());
    }
    result.document = std::make_shared<circuit::ChainDocument>(*document);
    auto solution = circuit::solve(*result.document, verdict::Targets::built_in());
    REQUIRE(solution);
    result.solution = std::move(*solution);
    return result;
}

/// "box", of one microphone input: 0 to 60 dB, full scale +10 dBu, a pad of 20 dB.
inline std::string box_with_steps_of(double gain_step_db) {
    return fmt::format(R"(
[[interface]]
id = "box"
maker = "M"
model = "Box"
source = "made up for a test"
source_kind = "memory"
verified = true

[[interface.inputs]]
kind = "mic"
gain_min_db = 0
gain_max_db = 60
gain_step_db = {:g}
gain_tolerance_db = 0
max_input_dbu_at_min_gain = 10
ein_dbu = -128
ein_weighting = "unweighted"
ein_source_ohm = 150
input_impedance_ohm = 3000
dynamic_range_db = 110
dynamic_range_weighting = "unweighted"
pad_db = -20
phantom = true
verified = true
)",
                       gain_step_db);
}

} // namespace gainstage::test
