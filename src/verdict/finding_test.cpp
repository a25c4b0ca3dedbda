// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "verdict/finding.h"

using namespace gainstage;
using verdict::Facts;
using verdict::Rules;
using verdict::Targets;

namespace {

const char* const example = R"(
[[finding]]
code = "take.hot"
severity = "warning"
when = ["sample_peak_dbfs > recording.peak_max_dbfs + 3", "clipped_runs == 0"]
evidence = "{file} peaks at {sample_peak_dbfs:.1f} dBFS; the target is {recording.peak_max_dbfs:.0f}."
action = "Turn it down."
reason = "It may clip."
)";

} // namespace

TEST_CASE("a rule fires when all of its conditions hold, and says its evidence in figures") {
    const auto rules = Rules::parse(example, "rules.toml");
    REQUIRE(rules);
    const auto judge = [&](const Facts& facts) {
        return rules->judge("take", "kick", facts, {{"file", "kick.wav"}}, Targets::built_in());
    };
    const auto findings = judge({{"sample_peak_dbfs", -2.54}, {"clipped_runs", 0.0}});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].evidence == "kick.wav peaks at -2.5 dBFS; the target is -6.");
    CHECK(findings[0].stage == "kick");
    CHECK(judge({{"sample_peak_dbfs", -3.0}, {"clipped_runs", 0.0}}).empty());
    CHECK(judge({{"sample_peak_dbfs", -2.0}, {"clipped_runs", 1.0}}).empty());
    CHECK(judge({{"sample_peak_dbfs", -2.0}}).empty()); // a fact that isn't known fires nothing
}

TEST_CASE("only the rules of the area asked for are looked at") {
    const auto rules = Rules::parse(example, "rules.toml");
    CHECK(rules
              ->judge("mix", "mix", {{"sample_peak_dbfs", -1.0}, {"clipped_runs", 0.0}}, {},
                      Targets::built_in())
              .empty());
}

TEST_CASE("silence is a level like any other") {
    const auto rules = Rules::parse(example, "rules.toml");
    const double silence = -std::numeric_limits<double>::infinity();
    CHECK(rules
              ->judge("take", "a", {{"sample_peak_dbfs", silence}, {"clipped_runs", 0.0}}, {},
                      Targets::built_in())
              .empty());
}

TEST_CASE("faults in a rule are told with their line") {
    const auto message = [](const std::string& text) {
        const auto parsed = Rules::parse(text, "rules.toml");
        REQUIRE(!parsed);
        return parsed.error().message();
    };
    const std::string head = "[[finding]]\ncode = \"take.x\"\nseverity = \"info\"\n";
    CHECK(message("[[finding]]\ncode = \"x\"\n").find("rules.toml:1:") == 0);
    CHECK(message("[[finding]]\ncode = \"take.x\"\nseverity = \"bad\"\n").find("severity") !=
          std::string::npos);
    CHECK(message(head + "when = [\"a > recording.peak_mx_dbfs\"]\n")
              .find("no figure recording.peak_mx_dbfs") != std::string::npos);
    CHECK(message(head + "when = [\"a > b * 2\"]\n").find("no figure b * 2") != std::string::npos);
    CHECK(message(head + "when = [\"a > 3\"]\nevidence = \"{mix.peek:.1f}\"\n")
              .find("no figure {mix.peek}") != std::string::npos);
    CHECK(message(head + "when = [\"a ~ 3\"]\n").find("is no condition") != std::string::npos);
    CHECK(message(head + "when = [\"a > 3\"]\nevidence = \"{a\"\n").find("no usable evidence") !=
          std::string::npos);
    CHECK(message(head + "when = [\"a > 3\"]\nevidence = \"{a:q}\"\n").find("no usable evidence") !=
          std::string::npos);
}

TEST_CASE("the built-in rules can be read, and every figure they name is there") {
    for (const auto& rule : Rules::built_in().all()) {
        CAPTURE(rule.code);
        for (const std::string* text : {&rule.evidence, &rule.action, &rule.reason}) {
            for (auto open = text->find('{'); open != std::string::npos;
                 open = text->find('{', open + 1)) {
                const std::string name =
                    text->substr(open + 1, text->find_first_of(":}", open) - open - 1);
                if (name.find('.') != std::string::npos) {
                    CHECK(Targets::built_in().has(name));
                }
            }
        }
    }
}
