// SPDX-License-Identifier: MIT
// Finding: what is wrong (or right), where, the evidence in figures, and what to do about it. All
// rules live in data/findings.toml: a code, a severity, conditions on named facts, and the
// sentences.
#pragma once

#include "units/result.h"
#include "verdict/target.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::verdict {

enum class Severity { info, warning, error };

std::string_view name(Severity severity) noexcept;

struct Finding {
    std::string code; ///< "take.clipped-analogue"
    Severity severity = Severity::info;
    std::string stage;    ///< what it is about: a stem's name, "mix", "master streaming"
    std::string evidence; ///< what was seen, in figures
    std::string action;   ///< what to do: one imperative sentence
    std::string reason;   ///< why: one sentence
};

/// What is known about one stage: numbers by name, with their unit in the name ("true_peak_dbtp",
/// "dc_offset"). A fact that couldn't be measured is absent, and conditions on it don't hold.
using Facts = std::map<std::string, double, std::less<>>;

/// Texts that sentences may use beside the numbers ("file", "medium", "times").
using Words = std::map<std::string, std::string, std::less<>>;

/// The rules. A rule fires when all its conditions hold ("clipped_runs > 0", "dc_offset_dbfs >
/// recording.dc_max_dbfs": the right side is a number, another fact, or a figure of the targets; +
/// and - between them are allowed).
class Rules {
public:
    /// The rules that come with the program (data/findings.toml, embedded).
    static const Rules& built_in();

    /// errors  not TOML, an unknown operator or placeholder: file, line, what to do
    static Result<Rules> parse(std::string_view toml, std::string_view file_name);

    /// Every finding whose code starts with `area` ("take", "mix", "master") and whose conditions
    /// hold for the facts, in the file's order.
    [[nodiscard]] std::vector<Finding> judge(std::string_view area,
                                             std::string_view stage,
                                             const Facts& facts,
                                             const Words& words,
                                             const Targets& targets) const;

    struct Rule;

    [[nodiscard]] const std::vector<Rule>& all() const noexcept { return rules_; }

private:
    std::vector<Rule> rules_;
};

struct Condition {
    std::string left;      ///< a fact
    std::string operation; ///< one of < <= > >= == !=
    std::string right; ///< a number, a fact or a figure; or two of them with " + " or " - " between
};

struct Rules::Rule {
    std::string code;
    Severity severity = Severity::info;
    std::vector<Condition> when;
    std::string evidence; ///< fmt-like placeholders: "{true_peak_dbtp:.1f} dBTP", "{file}"
    std::string action;
    std::string reason;
};

} // namespace gainstage::verdict
