// SPDX-License-Identifier: MIT
#include "verdict/finding.h"

#include "verdict/toml_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>
#include <stdexcept>

extern "C" {
extern const char gainstage_findings_toml[];
extern const char gainstage_findings_toml_end[];
}

namespace gainstage::verdict {
namespace {

constexpr std::array<std::string_view, 6> operations = {"<", "<=", ">", ">=", "==", "!="};

std::optional<double> number_in(std::string_view text) {
    double number = 0.0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failure == std::errc{} && end == text.data() + text.size() ? std::optional(number)
                                                                      : std::nullopt;
}

/// A number, a fact or a figure.
std::optional<double> term(std::string_view text, const Facts& facts, const Targets& targets) {
    if (const auto number = number_in(text)) {
        return number;
    }
    if (const auto fact = facts.find(text); fact != facts.end()) {
        return fact->second;
    }
    return targets.has(text) ? std::optional(targets[text]) : std::nullopt;
}

/// One term, or two with " + " or " - " between.
std::optional<double> value_of(std::string_view text, const Facts& facts, const Targets& targets) {
    for (const std::string_view sign : {" + ", " - "}) {
        if (const auto at = text.find(sign); at != std::string_view::npos) {
            const auto left = term(text.substr(0, at), facts, targets);
            const auto right = term(text.substr(at + sign.size()), facts, targets);
            if (!left || !right) {
                return std::nullopt;
            }
            return sign == " + " ? *left + *right : *left - *right;
        }
    }
    return term(text, facts, targets);
}

bool holds(const Condition& condition, const Facts& facts, const Targets& targets) {
    const auto left = facts.find(condition.left);
    const auto right = value_of(condition.right, facts, targets);
    if (left == facts.end() || !right) {
        return false;
    }
    const double a = left->second;
    const double b = *right;
    if (condition.operation == "<") {
        return a < b;
    }
    if (condition.operation == "<=") {
        return a <= b;
    }
    if (condition.operation == ">") {
        return a > b;
    }
    if (condition.operation == ">=") {
        return a >= b;
    }
    return (condition.operation == "==") == (a == b);
}

/// `text` with {name} and {name:.1f} replaced. What isn't known reads "not measured".
std::string
filled(std::string_view text, const Facts& facts, const Words& words, const Targets& targets) {
    std::string out;
    while (true) {
        const auto open = text.find('{');
        const auto close = text.find('}', open);
        if (open == std::string_view::npos || close == std::string_view::npos) {
            return out += text;
        }
        out += text.substr(0, open);
        const std::string_view inside = text.substr(open + 1, close - open - 1);
        const auto colon = inside.find(':');
        const std::string_view name = inside.substr(0, colon);
        const std::string format =
            colon == std::string_view::npos ? "{}" : fmt::format("{{{}}}", inside.substr(colon));
        if (const auto word = words.find(name); word != words.end()) {
            out += word->second;
        } else if (const auto number = term(name, facts, targets)) {
            out += fmt::format(fmt::runtime(format), *number);
        } else {
            out += "not measured";
        }
        text.remove_prefix(close + 1);
    }
}

std::optional<Severity> severity_named(std::string_view text) {
    for (const Severity severity : {Severity::info, Severity::warning, Severity::error}) {
        if (name(severity) == text) {
            return severity;
        }
    }
    return std::nullopt;
}

std::optional<Condition> parse_condition(const std::string& text) {
    std::istringstream words(text);
    Condition condition;
    words >> condition.left >> condition.operation >> std::ws;
    std::getline(words, condition.right);
    if (condition.right.empty() ||
        std::ranges::find(operations, condition.operation) == operations.end()) {
        return std::nullopt;
    }
    return condition;
}

/// Every {…} is closed, and its format fits a number.
bool is_well_formed(const std::string& text) {
    try {
        for (auto open = text.find('{'); open != std::string::npos;
             open = text.find('{', open + 1)) {
            const auto close = text.find('}', open);
            const auto next = text.find('{', open + 1);
            if (close == std::string::npos || next < close || close == open + 1) {
                return false;
            }
            const auto colon = text.find(':', open);
            if (colon < close) {
                (void)fmt::format(fmt::runtime("{" + text.substr(colon, close - colon) + "}"), 1.0);
            }
        }
        return true;
    } catch (const fmt::format_error&) {
        return false;
    }
}

/// The first name of `text`'s terms that is written like a figure ("area.name") and is none; or one
/// that can't be a name at all.
std::optional<std::string> unknown_term(std::string text) {
    for (const std::string_view sign : {" + ", " - "}) {
        if (const auto at = text.find(sign); at != std::string::npos) {
            const auto left = unknown_term(text.substr(0, at));
            return left ? left : unknown_term(text.substr(at + sign.size()));
        }
    }
    const bool is_name =
        !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz"
                                                "0123456789_.") == std::string::npos;
    const bool is_known = text.find('.') == std::string::npos || Targets::built_in().has(text);
    return number_in(text) || (is_name && is_known) ? std::nullopt : std::optional(text);
}

/// The same of a sentence's placeholders.
std::optional<std::string> unknown_placeholder(const std::string& text) {
    for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
        const std::string name = text.substr(open + 1, text.find_first_of(":}", open) - open - 1);
        if (const auto unknown = unknown_term(name)) {
            return unknown;
        }
    }
    return std::nullopt;
}

Result<Rules::Rule> parse_rule(const toml::table& table, std::string_view file) {
    const auto fault = [&](std::string what, std::string action) {
        return toml_error(file, table.source().begin, std::move(what), std::move(action));
    };
    Rules::Rule rule;
    rule.code = table["code"].value_or(std::string{});
    if (rule.code.find('.') == std::string::npos) {
        return fault("a finding has no code", R"(write code = "area.name")");
    }
    const auto severity = severity_named(table["severity"].value_or(std::string{}));
    if (!severity) {
        return fault(rule.code + " has no severity",
                     "write severity = \"info\", \"warning\" or \"error\"");
    }
    rule.severity = *severity;
    const toml::array* conditions = table["when"].as_array();
    if (conditions == nullptr || conditions->empty()) {
        return fault(rule.code + " has no conditions", R"(write when = ["fact > 0"])");
    }
    for (const auto& node : *conditions) {
        const std::string text = node.value_or(std::string{});
        const auto condition = parse_condition(text);
        if (!condition) {
            return fault(rule.code + ": \"" + text + "\" is no condition",
                         "write a fact, one of < <= > >= == != and a number, fact or figure, with "
                         "spaces between");
        }
        if (const auto unknown = unknown_term(condition->right)) {
            return fault(rule.code + ": there is no figure " + *unknown,
                         "write one of targets.toml, such as recording.peak_max_dbfs");
        }
        rule.when.push_back(*condition);
    }
    for (const auto& [key, text] : {std::pair{"evidence", &rule.evidence},
                                    {"action", &rule.action},
                                    {"reason", &rule.reason}}) {
        *text = table[key].value_or(std::string{});
        if (text->empty() || !is_well_formed(*text)) {
            return fault(rule.code + " has no usable " + key,
                         "write a sentence; figures as {fact:.1f}");
        }
        if (const auto unknown = unknown_placeholder(*text)) {
            return fault(rule.code + ": there is no figure {" + *unknown + "}",
                         "write a fact, or a figure of targets.toml");
        }
    }
    return rule;
}

} // namespace

std::string_view name(Severity severity) noexcept {
    switch (severity) {
    case Severity::info:
        return "info";
    case Severity::warning:
        return "warning";
    case Severity::error:
        return "error";
    }
    return "";
}

const Rules& Rules::built_in() {
    static const Rules rules = [] {
        auto parsed =
            parse({gainstage_findings_toml, gainstage_findings_toml_end}, "findings.toml");
        if (!parsed) {
            throw std::logic_error(
                parsed.error().message()); // tested: can't happen in a build that passed
        }
        return std::move(*parsed);
    }();
    return rules;
}

Result<Rules> Rules::parse(std::string_view text, std::string_view file_name) {
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return toml_error(file_name, error);
    }
    Rules rules;
    if (const toml::array* findings = root["finding"].as_array()) {
        for (const auto& node : *findings) {
            const toml::table* table = node.as_table();
            if (table == nullptr) {
                return toml_error(file_name, node.source().begin, "a finding is no table",
                                  "write [[finding]] above each");
            }
            auto rule = parse_rule(*table, file_name);
            if (!rule) {
                return rule.error();
            }
            if (std::ranges::find(rules.rules_, rule->code, &Rule::code) != rules.rules_.end()) {
                return toml_error(file_name, node.source().begin, rule->code + " is there twice",
                                  "keep one of them");
            }
            rules.rules_.push_back(std::move(*rule));
        }
    }
    return rules;
}

std::vector<Finding> Rules::judge(std::string_view area,
                                  std::string_view stage,
                                  const Facts& facts,
                                  const Words& words,
                                  const Targets& targets) const {
    std::vector<Finding> findings;
    const std::string prefix = std::string(area) + ".";
    for (const Rule& rule : rules_) {
        const bool fires = rule.code.starts_with(prefix) &&
                           std::ranges::all_of(rule.when, [&](const Condition& condition) {
                               return holds(condition, facts, targets);
                           });
        if (fires) {
            findings.push_back({rule.code, rule.severity, std::string(stage),
                                filled(rule.evidence, facts, words, targets),
                                filled(rule.action, facts, words, targets),
                                filled(rule.reason, facts, words, targets)});
        }
    }
    return findings;
}

} // namespace gainstage::verdict
