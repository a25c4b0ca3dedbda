// SPDX-License-Identifier: MIT
// gainstage take: what was recorded, and what to do with the preamp.
#include "app/inputs.h"
#include "app/interrupt.h"
#include "app/next_take_options.h"
#include "app/outcome.h"
#include "app/recorded_through.h"
#include "app/verbs.h"
#include "audio/io/sink.h"
#include "measure/parallel.h"
#include "report/exposure.h"
#include "report/json.h"
#include "report/text.h"
#include "take/session.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>

namespace gainstage::app {
namespace {

struct TakeOptions {
    FileOptions files;
    TargetOptions targets;
    RecordedThrough through;
    bool json = false;
    bool runs = false;     ///< --runs: the files are practice runs of one source
    bool no_pairs = false; ///< --no-pairs
    std::string html;      ///< --html: a page is written there
    int threads = 0;
    NextTakeOptions next_take;
};

/// What shows between those that could be read.
Result<take::SessionCheck> between(const std::vector<report::Outcome<take::Take>>& takes,
                                   const TakeOptions& options,
                                   const verdict::Targets& targets) {
    std::vector<const take::Take*> read;
    for (const auto& take : takes) {
        if (take.result) {
            read.push_back(&*take.result);
        }
    }
    if (options.no_pairs) {
        return take::SessionCheck{};
    }
    return take::check_session(read, options.runs, targets, verdict::Rules::built_in());
}

ExitCode run_take(const TakeOptions& options, Console& console) {
    const auto targets = options.targets.load();
    const auto paths = options.files.collect();
    if (!targets || !paths) {
        return fail(targets ? paths.error() : targets.error(), console);
    }
    const auto preamp = options.through.preamp(*targets);
    if (!preamp) {
        return fail(preamp.error(), console);
    }
    const auto next = options.next_take.next_take(*targets, *preamp);
    if (!next) {
        return fail(next.error(), console);
    }
    std::vector<report::Outcome<take::Take>> takes;
    {
        const Progress progress(console, "listening", total_frames(*paths, console));
        takes = outcomes(*paths, measure::parallel_map(paths->size(), options.threads, [&](auto i) {
            return take::inspect((*paths)[i], *targets, verdict::Rules::built_in(),
                                 {{}, *next, *preamp}, progress.watch());
        }));
    }
    if (interrupted()) {
        return exit_interrupted;
    }
    const auto check = between(takes, options, *targets);
    if (!check) {
        return interrupted() ? exit_interrupted : fail(check.error(), console);
    }
    console.result(options.json ? report::take_json(takes, &*check)
                                : report::take_text(takes, console.style(), &*check));
    ExitCode code = say_failures(takes, console);
    if (code == exit_done && has_error(check->findings)) {
        code = exit_findings;
    }
    if (!options.html.empty()) {
        if (const Status written =
                audio::io::write_text(options.html, report::take_html(takes, GAINSTAGE_VERSION));
            !written) {
            return fail(written.error(), console);
        }
        console.say("wrote " + options.html);
    }
    for (const auto& take : takes) {
        if (take.result && code == exit_done && has_error(take.result->findings)) {
            code = exit_findings;
        }
    }
    return code;
}

} // namespace

void add_take(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "take", "What was recorded: too hot, too quiet, clipped, noisy, and what to do");
    auto options = std::make_shared<TakeOptions>();
    options->files.add_to(*verb, "Takes: audio files, folders or globs");
    verb->add_flag("--json", options->json, "One JSON document, full precision");
    verb->add_flag("--runs", options->runs,
                   "The files are practice runs of one source: say how alike they are");
    verb->add_flag("--no-pairs", options->no_pairs,
                   "Don't look for files that hold one source (delay, polarity, clock drift)");
    verb->add_option("--html", options->html,
                     "Also write a page with each take's histogram of levels and level over time");
    verb->add_option("--threads", options->threads, "Files read side by side (0: one a core)")
        ->check(CLI::Range(0, 256));
    options->next_take.add_to(*verb);
    options->through.add_to(*verb);
    options->targets.add_to(*verb);
    verb->footer(
        "Example: gainstage demo demo-session && gainstage take demo-session --minutes 4 --step 1");
    verb->callback(
        [=, &console, &run] { run = [=, &console] { return run_take(*options, console); }; });
}

} // namespace gainstage::app
