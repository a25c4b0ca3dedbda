// SPDX-License-Identifier: MIT
// gainstage produce: the main job. Raw stems in, masters and one report out.
#include "produce/produce.h"
#include "app/inputs.h"
#include "app/outcome.h"
#include "app/verbs.h"
#include "audio/io/sink.h"
#include "mix/plan.h"
#include "report/html.h"
#include "report/json.h"
#include "report/text.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>

namespace gainstage::app {
namespace {

struct ProduceOptions {
    std::string session;
    std::string folder;
    MediumOptions media;
    TargetOptions targets;
    bool json = false;
    int threads = 0;
};

Status write_documents(const produce::Production& production,
                       const verdict::Targets& targets,
                       const std::filesystem::path& folder) {
    const report::HtmlOptions page{
        .version = GAINSTAGE_VERSION,
        .date = "",
        .folder = folder,
        .other_files = {
            {folder / "plan.json", "the plan: every gain with its reason, made to be edited"},
            {folder / "report.json", "every figure of this page, for programs"}}};
    const std::pair<const char*, std::string> documents[] = {
        {"plan.json", mix::to_json(production.staging.plan)},
        {"report.json", report::production_json(production)},
        {"report.html", report::html_report(production, targets, page)},
    };
    for (const auto& [name, text] : documents) {
        if (Status written = audio::io::write_text(folder / name, text); !written) {
            return written;
        }
    }
    return Done{};
}

std::vector<report::MasterOutcome> masters_of(const produce::Production& production) {
    std::vector<report::MasterOutcome> masters;
    for (const auto& delivery : production.deliveries) {
        masters.push_back({production.mix.file, delivery.medium, delivery.master});
    }
    return masters;
}

/// What went wrong, a line each, and the exit code that it amounts to.
ExitCode judge(const produce::Production& production, Console& console) {
    say_skipped(production.staging.skipped, console);
    say_skipped(production.mix.skipped, console);
    const ExitCode masters = say_failures(masters_of(production), console);
    if (masters != exit_done) {
        return masters;
    }
    const bool faulty = !production.staging.skipped.empty() || !production.mix.skipped.empty() ||
                        has_error(produce::all_findings(production));
    return faulty ? exit_findings : exit_done;
}

ExitCode run_produce(const ProduceOptions& options, Console& console) {
    const auto targets = options.targets.load();
    if (!targets) {
        return fail(targets.error(), console);
    }
    auto media = options.media.load(*targets);
    if (!media) {
        return fail(media.error(), console);
    }
    const auto session = mix::load_session(options.session);
    if (!session) {
        return fail(session.error(), console);
    }
    if (const Status made = make_folder(options.folder); !made) {
        return fail(made.error(), console);
    }
    auto production = [&] {
        const Progress progress(console, "producing", 0);
        const produce::Request request{std::move(*media), options.folder, options.threads};
        return produce::produce(*session, request, *targets, verdict::Rules::built_in(),
                                progress.watch());
    }();
    if (!production) {
        return fail(production.error(), console);
    }
    if (const Status written = write_documents(*production, *targets, options.folder); !written) {
        return fail(written.error(), console);
    }
    console.result(options.json ? report::production_json(*production)
                                : report::produce_text(*production, *targets, console.style()));
    console.say(fmt::format("the report is {}",
                            (std::filesystem::path(options.folder) / "report.html").string()));
    return judge(*production, console);
}

} // namespace

void add_produce(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "produce", "Raw stems in, masters and one report out: the whole way in one go");
    auto options = std::make_shared<ProduceOptions>();
    verb->add_option("DIR", options->session, "A folder of stems, or a session.toml")->required();
    options->media.add_to(*verb);
    verb->add_option("-o,--output", options->folder, "Folder for mix, masters, plan and report")
        ->required();
    verb->add_flag("--json", options->json, "Print report.json as well");
    verb->add_option("--threads", options->threads, "Files worked on side by side (0: one a core)")
        ->check(CLI::Range(0, 256));
    options->targets.add_to(*verb);
    verb->footer("Example: gainstage demo demo-session && gainstage produce demo-session --for "
                 "streaming,cd -o out");
    verb->callback(
        [=, &console, &run] { run = [=, &console] { return run_produce(*options, console); }; });
}

} // namespace gainstage::app
