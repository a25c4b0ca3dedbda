// SPDX-License-Identifier: MIT
// gainstage take: what was recorded, and what to do with the preamp.
#include "take/take.h"
#include "app/inputs.h"
#include "app/interrupt.h"
#include "app/outcome.h"
#include "app/verbs.h"
#include "measure/parallel.h"
#include "report/json.h"
#include "report/text.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>

namespace gainstage::app {
namespace {

struct TakeOptions {
    FileOptions files;
    TargetOptions targets;
    bool json = false;
    int threads = 0;
};

ExitCode run_take(const TakeOptions& options, Console& console) {
    const auto targets = options.targets.load();
    const auto paths = options.files.collect();
    if (!targets || !paths) {
        return fail(targets ? paths.error() : targets.error(), console);
    }
    std::vector<report::Outcome<take::Take>> takes;
    {
        const Progress progress(console, "listening", total_frames(*paths, console));
        takes = outcomes(*paths, measure::parallel_map(paths->size(), options.threads, [&](auto i) {
            return take::inspect((*paths)[i], *targets, verdict::Rules::built_in(), std::nullopt,
                                 progress.watch());
        }));
    }
    if (interrupted()) {
        return exit_interrupted;
    }
    console.result(options.json ? report::take_json(takes)
                                : report::take_text(takes, console.style()));
    ExitCode code = say_failures(takes, console);
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
    verb->add_option("--threads", options->threads, "Files read side by side (0: one a core)")
        ->check(CLI::Range(0, 256));
    options->targets.add_to(*verb);
    verb->footer("Example: gainstage demo demo-session && gainstage take demo-session");
    verb->callback(
        [=, &console, &run] { run = [=, &console] { return run_take(*options, console); }; });
}

} // namespace gainstage::app
