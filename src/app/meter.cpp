// SPDX-License-Identifier: MIT
// gainstage meter: every level there is, of every file named.
#include "app/inputs.h"
#include "app/interrupt.h"
#include "app/outcome.h"
#include "app/verbs.h"
#include "measure/measure.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/text.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace gainstage::app {
namespace {

struct MeterOptions {
    FileOptions files;
    bool json = false;
    bool csv = false;
    bool dual_mono = false;
    int threads = 0;
};

ExitCode run_meter(const MeterOptions& options, Console& console) {
    const auto paths = options.files.collect();
    if (!paths) {
        return fail(paths.error(), console);
    }
    std::vector<report::Outcome<measure::MeasuredFile>> results;
    {
        const Progress progress(console, "metering", total_frames(*paths, console));
        results = outcomes(*paths, measure::measure_files(*paths, options.threads,
                                                          {.dual_mono = options.dual_mono},
                                                          progress.watch()));
    }
    if (interrupted()) {
        return exit_interrupted;
    }
    if (options.json) {
        console.result(report::meter_json(results));
    } else if (options.csv) {
        console.result(report::meter_csv(results));
    } else {
        console.result(report::meter_text(results, console.style()));
    }
    return say_failures(results, console);
}

} // namespace

void add_meter(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "meter", "Every level there is: peaks, true peak, RMS, loudness, noise, crest…");
    auto options = std::make_shared<MeterOptions>();
    options->files.add_to(*verb, "Audio files, folders or globs");
    auto* json = verb->add_flag("--json", options->json, "One JSON document, full precision");
    verb->add_flag("--csv", options->csv, "One row a file, full precision")->excludes(json);
    verb->add_flag("--dual-mono", options->dual_mono,
                   "Measure mono as played on two loudspeakers (+3.01 LU)");
    verb->add_option("--threads", options->threads, "Files read side by side (0: one a core)")
        ->check(CLI::Range(0, 256));
    verb->footer("Example: gainstage demo demo-session && gainstage meter demo-session");
    verb->callback(
        [=, &console, &run] { run = [=, &console] { return run_meter(*options, console); }; });
}

} // namespace gainstage::app
