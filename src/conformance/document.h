// SPDX-License-Identifier: MIT
// document: what became of the cases, for programs (JSON) and as the published page (Markdown). The
// table for a terminal is the verb's.
#pragma once

#include "conformance/run.h"

#include <span>
#include <string>

namespace gainstage::conformance {

/// The rates beside each other: one row for what is asked of one reading of one case.
struct Row {
    const Outcome* first; ///< says what is asked
    std::vector<const Outcome*> rates;

    [[nodiscard]] bool passes() const noexcept;
};

/// Outcomes of the same case, signal and reading together, in the order of their first.
std::vector<Row> rows(std::span<const Outcome> outcomes);

/// "-23.00 ±0.10", "silence"; what is expected and within what.
std::string asked(const Expectation& expectation);

/// "-22.993"; "silence"; "nothing".
std::string figure(double value);

/// Schema gainstage.conformance, version 1: docs/reference/json.md.
std::string to_json(std::span<const Outcome> outcomes);

/// docs/reference/conformance.md.
std::string to_markdown(std::span<const Outcome> outcomes);

} // namespace gainstage::conformance
