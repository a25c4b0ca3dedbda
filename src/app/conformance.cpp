// SPDX-License-Identifier: MIT
// gainstage conformance: the meters held to the standards' own test signals.
#include "app/interrupt.h"
#include "app/outcome.h"
#include "app/verbs.h"
#include "conformance/document.h"
#include "report/table.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>

namespace gainstage::app {
namespace {

using conformance::Outcome;

struct ConformanceOptions {
    bool json = false;
    bool markdown = false;
    std::string ebu_files;
    int threads = 0;
};

std::string text_of(const std::vector<Outcome>& outcomes, const report::TextOptions& style) {
    report::Table table({{"case", "", false},
                         {"", "", false},
                         {"reading", "", false},
                         {"asked", ""},
                         {"ideal", ""},
                         {"measured", ""},
                         {"kHz", ""},
                         {"", "", false}});
    std::size_t failed = 0;
    for (const Outcome& outcome : outcomes) {
        const bool passes = outcome.passes();
        failed += passes ? 0 : 1;
        const meter::ReadingSpec& reading = *outcome.expectation.reading;
        table.add({{outcome.document},
                   {outcome.synthesised ? outcome.number : outcome.signal},
                   {std::string(reading.label)},
                   {conformance::asked(outcome.expectation)},
                   {outcome.synthesised ? conformance::figure(outcome.expectation.ideal) : ""},
                   {conformance::figure(outcome.measured)},
                   {fmt::format("{:g}", outcome.sample_rate.value() / 1000.0)},
                   {passes ? "pass" : "FAILS", passes ? report::Ink::green : report::Ink::red}});
    }
    return table.str(style) + '\n' +
           (failed == 0 ? fmt::format("All {} pass.\n", outcomes.size())
                        : fmt::format("{} of {} FAIL.\n", failed, outcomes.size()));
}

Result<std::vector<Outcome>> measured(const ConformanceOptions& options, Console& console) {
    if (!options.ebu_files.empty()) {
        const Progress progress(console, "measuring the EBU's files", 0);
        return conformance::run_files(options.ebu_files, progress.watch());
    }
    const auto cases = conformance::all_cases();
    const Progress progress(console, "measuring test signals", cases.size());
    return conformance::run_all(cases, options.threads, progress.watch());
}

/// A line for each case that couldn't be measured.
void say_failures(const std::vector<Outcome>& outcomes, Console& console) {
    std::string last;
    for (const Outcome& outcome : outcomes) {
        if (outcome.failure && outcome.failure->message() != last) {
            console.error(*outcome.failure);
            last = outcome.failure->message();
        }
    }
}

ExitCode run_conformance(const ConformanceOptions& options, Console& console) {
    const auto found = measured(options, console);
    if (interrupted()) {
        return exit_interrupted;
    }
    if (!found) {
        return fail(found.error(), console);
    }
    const std::vector<Outcome>& outcomes = *found;
    say_failures(outcomes, console);
    console.result(options.json       ? conformance::to_json(outcomes)
                   : options.markdown ? conformance::to_markdown(outcomes)
                                      : text_of(outcomes, console.style()));
    return std::ranges::all_of(outcomes, &Outcome::passes) ? exit_done : exit_findings;
}

} // namespace

void add_conformance(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "conformance",
        "Are the meters right? The standards' own test signals, measured and judged");
    auto options = std::make_shared<ConformanceOptions>();
    auto* formats = verb->add_option_group("Output", "One of");
    formats->add_flag("--json", options->json, "One JSON document, full precision");
    auto* markdown = formats->add_flag("--markdown", options->markdown,
                                       "The page docs/reference/conformance.md");
    formats->require_option(0, 1);
    verb->add_option("--ebu-files", options->ebu_files,
                     "Measure the EBU's own files in this folder instead, told by their names")
        ->type_name("DIR")
        ->excludes(markdown);
    verb->add_option("--threads", options->threads, "Cases side by side (0: one a core)")
        ->check(CLI::Range(0, 256));
    verb->footer("Example: gainstage conformance\n"
                 "Exit codes: 0 all cases pass; 1 one fails");
    verb->callback([=, &console, &run] {
        run = [=, &console] { return run_conformance(*options, console); };
    });
}

} // namespace gainstage::app
