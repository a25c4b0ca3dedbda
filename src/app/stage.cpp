// SPDX-License-Identifier: MIT
// gainstage stage: a session brought to its levels: planned, written as a plan, rendered.
#include "mix/stage.h"
#include "app/inputs.h"
#include "app/outcome.h"
#include "app/verbs.h"
#include "audio/io/sink.h"
#include "report/json.h"
#include "report/text.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>

namespace gainstage::app {
namespace {

struct StageOptions {
    std::string session;
    std::string plan;  ///< --plan: write it there
    std::string apply; ///< --apply: read it from there
    std::string folder;
    bool dry_run = false;
    bool json = false;
    int threads = 0;
    TargetOptions targets;
};

/// Renders into -o, and says so.
Result<mix::RenderedMix> render_into(const mix::Plan& plan,
                                     const StageOptions& options,
                                     const verdict::Targets& targets,
                                     Console& console) {
    if (const Status made = make_folder(options.folder); !made) {
        return made.error();
    }
    const std::filesystem::path target = std::filesystem::path(options.folder) / "mix.wav";
    const Progress progress(console, "mixing", 0);
    return mix::render(plan, target, targets, verdict::Rules::built_in(), options.threads,
                       progress.watch());
}

ExitCode
apply_plan(const StageOptions& options, const verdict::Targets& targets, Console& console) {
    const auto text = read_text(options.apply);
    if (!text) {
        return fail(text.error(), console);
    }
    auto plan = mix::plan_from_json(*text, options.apply);
    if (!plan) {
        return fail(plan.error(), console);
    }
    if (!options.session.empty()) { // a session that moved since the plan was made
        const auto session = mix::load_session(options.session);
        if (!session) {
            return fail(session.error(), console);
        }
        plan->folder = session->folder;
    }
    if (options.dry_run) {
        console.say(fmt::format("{}: a plan for {} tracks; nothing written", options.apply,
                                plan->tracks.size()));
        return exit_done;
    }
    const auto mix = render_into(*plan, options, targets, console);
    if (!mix) {
        return fail(mix.error(), console);
    }
    say_skipped(mix->skipped, console);
    console.result(options.json ? report::applied_json(*plan, *mix)
                                : report::mix_text(*mix, console.style()));
    return mix->skipped.empty() && !has_error(mix->findings) ? exit_done : exit_findings;
}

/// Where the plan goes; empty: nowhere.
///   errors  it would be written over the session or a stem
Result<std::filesystem::path> plan_file(const mix::Staging& staging, const StageOptions& options) {
    std::filesystem::path file = options.plan;
    if (file.empty() && !options.folder.empty()) {
        file = std::filesystem::path(options.folder) / "plan.json";
    }
    std::vector<std::filesystem::path> inputs{options.session,
                                              staging.plan.folder / "session.toml"};
    for (const auto& track : staging.plan.tracks) {
        inputs.push_back(staging.plan.folder / track.file);
    }
    if (const Status apart = audio::io::refuse_overwriting_inputs(file, inputs); !apart) {
        return apart.error();
    }
    return file;
}

ExitCode write_results(const mix::Staging& staging,
                       const StageOptions& options,
                       const verdict::Targets& targets,
                       Console& console) {
    const auto plan = plan_file(staging, options);
    if (!plan) {
        return fail(plan.error(), console);
    }
    std::optional<mix::RenderedMix> mix;
    if (!options.dry_run && !options.folder.empty()) {
        auto rendered = render_into(staging.plan, options, targets, console);
        if (!rendered) {
            return fail(rendered.error(), console);
        }
        mix = std::move(*rendered);
    }
    if (!options.dry_run && !plan->empty()) {
        if (const Status written = audio::io::write_text(*plan, mix::to_json(staging.plan));
            !written) {
            return fail(written.error(), console);
        }
        console.say(fmt::format("wrote {}", plan->string()));
    }
    if (options.json) {
        console.result(report::stage_json(staging, mix ? &*mix : nullptr));
    } else {
        console.result(report::stage_text(staging, mix ? &*mix : nullptr, console.style()));
    }
    say_skipped(staging.skipped, console);
    bool clean = staging.skipped.empty() && !has_error(staging.findings);
    if (mix) {
        say_skipped(mix->skipped, console);
        clean = clean && mix->skipped.empty() && !has_error(mix->findings);
    }
    return clean ? exit_done : exit_findings;
}

ExitCode
plan_session(const StageOptions& options, const verdict::Targets& targets, Console& console) {
    const auto session = mix::load_session(options.session);
    if (!session) {
        return fail(session.error(), console);
    }
    auto staging = [&] {
        const Progress progress(console, "measuring", 0);
        return mix::stage(*session, targets, verdict::Rules::built_in(), options.threads,
                          progress.watch());
    }();
    if (!staging) {
        return fail(staging.error(), console);
    }
    return write_results(*staging, options, targets, console);
}

ExitCode run_stage(const StageOptions& options, Console& console) {
    if (options.apply.empty() && options.session.empty()) {
        return fail(
            {ErrorKind::usage, "", "no session named", "name its folder, or a plan with --apply"},
            console);
    }
    if (options.folder.empty() && options.plan.empty() && !options.dry_run) {
        return fail({ErrorKind::usage, "", "nowhere to write",
                     "name a folder with -o, a plan with --plan, or use --dry-run"},
                    console);
    }
    const auto targets = options.targets.load();
    if (!targets) {
        return fail(targets.error(), console);
    }
    return options.apply.empty() ? plan_session(options, *targets, console)
                                 : apply_plan(options, *targets, console);
}

} // namespace

void add_stage(CLI::App& program, Console& console, Run& run) {
    auto* verb =
        program.add_subcommand("stage", "Every track at its level, the mix with its headroom");
    auto options = std::make_shared<StageOptions>();
    verb->add_option("SESSION", options->session, "A session.toml or a folder of stems");
    auto* plan =
        verb->add_option("--plan", options->plan,
                         "Write the plan there (JSON, one line a track, made to be edited)");
    verb->add_option("--apply", options->apply,
                     "Render this plan instead of making one (SESSION: where the stems are now)")
        ->excludes(plan);
    verb->add_option("-o,--output", options->folder, "Folder for mix.wav and plan.json");
    verb->add_flag("--dry-run", options->dry_run, "Say what would be done; write nothing");
    verb->add_flag("--json", options->json, "One JSON document, full precision");
    verb->add_option("--threads", options->threads, "Stems read side by side (0: one a core)")
        ->check(CLI::Range(0, 256));
    options->targets.add_to(*verb);
    verb->footer("Example: gainstage demo demo-session && gainstage stage demo-session --plan "
                 "plan.json -o staged");
    verb->callback(
        [=, &console, &run] { run = [=, &console] { return run_stage(*options, console); }; });
}

} // namespace gainstage::app
