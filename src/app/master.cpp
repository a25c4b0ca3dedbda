// SPDX-License-Identifier: MIT
// gainstage master: mixes brought to each medium's loudness under its ceiling.
#include "app/inputs.h"
#include "app/interrupt.h"
#include "app/outcome.h"
#include "app/verbs.h"
#include "audio/io/sink.h"
#include "measure/parallel.h"
#include "report/json.h"
#include "report/text.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <map>
#include <memory>

namespace gainstage::app {
namespace {

struct MasterOptions {
    FileOptions files;
    MediumOptions media;
    TargetOptions targets;
    std::string folder;
    bool json = false;
    int threads = 0;
};

struct Job {
    std::filesystem::path mix;
    verdict::Medium medium;
    std::filesystem::path target;
};

/// One job a file and medium, "NAME-MEDIUM.wav".
///   errors  two mixes of one name would write one file; a master would be written over a mix
Result<std::vector<Job>> jobs_for(const std::vector<std::filesystem::path>& mixes,
                                  const std::vector<verdict::Medium>& media,
                                  const std::filesystem::path& folder) {
    std::vector<Job> jobs;
    std::map<std::filesystem::path, std::filesystem::path> taken;
    for (const auto& mix : mixes) {
        for (const auto& medium : media) {
            const auto target = folder / (mix.stem().string() + "-" + medium.id + ".wav");
            const auto [first, is_new] = taken.emplace(target, mix);
            if (!is_new) {
                return Error{ErrorKind::usage, mix.string(),
                             fmt::format("would be written to {} like {}", target.string(),
                                         first->second.string()),
                             "rename one of them or master them into two folders"};
            }
            if (const Status apart = audio::io::refuse_overwriting_inputs(target, mixes); !apart) {
                return apart.error();
            }
            jobs.push_back({mix, medium, target});
        }
    }
    return jobs;
}

std::vector<report::MasterOutcome> master_all(const std::vector<Job>& jobs,
                                              const verdict::Targets& targets,
                                              int threads,
                                              const audio::io::Watch& watch) {
    auto results = measure::parallel_map(jobs.size(), threads, [&](auto index) {
        const Job& job = jobs[index];
        return master::master(job.mix, job.medium, job.target, targets, verdict::Rules::built_in(),
                              watch);
    });
    std::vector<report::MasterOutcome> masters;
    for (std::size_t index = 0; index < jobs.size(); ++index) {
        masters.push_back({jobs[index].mix, jobs[index].medium, std::move(results[index])});
    }
    return masters;
}

ExitCode run_master(const MasterOptions& options, Console& console) {
    const auto targets = options.targets.load();
    if (!targets) {
        return fail(targets.error(), console);
    }
    const auto media = options.media.load(*targets);
    if (!media) {
        return fail(media.error(), console);
    }
    const auto mixes = options.files.collect();
    if (!mixes) {
        return fail(mixes.error(), console);
    }
    const auto jobs = jobs_for(*mixes, *media, options.folder);
    if (!jobs) {
        return fail(jobs.error(), console);
    }
    if (const Status made = make_folder(options.folder); !made) {
        return fail(made.error(), console);
    }
    std::vector<report::MasterOutcome> masters;
    {
        const Progress progress(console, "mastering", 0);
        masters = master_all(*jobs, *targets, options.threads, progress.watch());
    }
    if (interrupted()) {
        return exit_interrupted;
    }
    console.result(options.json ? report::master_json(masters)
                                : report::master_text(masters, console.style()));
    return say_failures(masters, console);
}

} // namespace

void add_master(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "master", "Mixes brought to each medium's loudness, under its true-peak ceiling");
    auto options = std::make_shared<MasterOptions>();
    options->files.add_to(*verb, "Mixes");
    options->media.add_to(*verb);
    verb->add_option("-o,--output", options->folder, "Folder for NAME-MEDIUM.wav")->required();
    verb->add_flag("--json", options->json, "One JSON document, full precision");
    verb->add_option("--threads", options->threads, "Masters made side by side (0: one a core)")
        ->check(CLI::Range(0, 256));
    options->targets.add_to(*verb);
    verb->footer(
        "Example: gainstage demo demo-session && gainstage stage demo-session -o staged &&\n"
        "         gainstage master staged/mix.wav --for streaming,cd -o masters");
    verb->callback(
        [=, &console, &run] { run = [=, &console] { return run_master(*options, console); }; });
}

} // namespace gainstage::app
