// SPDX-License-Identifier: MIT
// gainstage chain: what happens before the converter and after it, from gear and wiring alone.
#include "report/chain.h"
#include "app/chain_play.h"
#include "app/gear_options.h"
#include "app/inputs.h"
#include "app/outcome.h"
#include "app/verbs.h"
#include "audio/io/sink.h"
#include "circuit/judge.h"
#include "circuit/rewrite.h"
#include "circuit/solver.h"
#include "measure/measure.h"
#include "report/figures.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <memory>

namespace gainstage::app {
namespace {

struct ChainVerb {
    std::string file;
    GearOptions gear;
    TargetOptions targets;
    bool json = false;
    bool compare = false;
    bool no_diagram = false;
    std::string svg;
    std::string html;
    std::string solved;
    PlayOptions play;
};

/// Levels of the sources that are recordings: average of what plays, peak of the samples.
Result<circuit::MeasuredLevels> measured_levels(const circuit::ChainDocument& document,
                                                const std::filesystem::path& folder) {
    circuit::MeasuredLevels levels;
    for (const circuit::SourceSpec& source : document.sources) {
        if (source.recording.empty()) {
            continue;
        }
        const auto file = measure::measure_file(folder / source.recording, {});
        if (!file) {
            return file.error();
        }
        const auto average = report::as_aes17(file->measurement.value(report::key::active_rms));
        const auto peak = file->measurement.value(report::key::sample_peak);
        if (!average || !peak || !std::isfinite(*average) || !std::isfinite(*peak)) {
            return Error{ErrorKind::unreadable, (folder / source.recording).string(),
                         "is silent: it says nothing about the level of " + source.id,
                         "name another recording"};
        }
        circuit::GivenLevels given;
        given.average = *source.recording_full_scale + Gain::from_db(*average);
        given.peak = *source.recording_full_scale + Gain::from_db(*peak);
        given.name = source.recording;
        levels.emplace(source.id, std::move(given));
    }
    return levels;
}

Status write_text(const std::string& path, const std::string& text) {
    return audio::io::write_text(path, text);
}

/// Every file that was asked for.
Status write_files(const ChainVerb& verb,
                   const report::SolvedChain& chain,
                   const std::string& document,
                   Console& console) {
    const std::pair<const std::string&, std::function<std::string()>> files[] = {
        {verb.svg, [&] { return report::chain_svg(chain, verb.compare); }},
        {verb.html, [&] { return report::chain_html(chain, verb.compare); }},
        {verb.solved, [&] { return circuit::with_settings(document, chain.solution); }}};
    for (const auto& [path, make] : files) {
        if (path.empty()) {
            continue;
        }
        if (std::error_code none; std::filesystem::equivalent(path, verb.file, none)) {
            return Error{ErrorKind::usage, path, "is the chain itself", "give another name"};
        }
        if (const auto written = write_text(path, make()); !written) {
            return written.error();
        }
        console.say("wrote " + path);
    }
    return Done{};
}

ExitCode run_chain(const ChainVerb& verb, Console& console) {
    const auto library = verb.gear.load();
    const auto targets = verb.targets.load();
    const auto text = read_text(verb.file);
    if (!library || !targets || !text) {
        return fail(!library   ? library.error()
                    : !targets ? targets.error()
                               : text.error(),
                    console);
    }
    const auto document = circuit::ChainDocument::parse(*text, verb.file, *library);
    if (!document) {
        return fail(document.error(), console);
    }
    const auto measured =
        measured_levels(*document, std::filesystem::path(verb.file).parent_path());
    if (!measured) {
        return fail(measured.error(), console);
    }
    const auto solution = circuit::solve(*document, *targets, *measured);
    if (!solution) {
        return fail(solution.error(), console);
    }
    const auto findings =
        circuit::judge(*document, *solution, *targets, verdict::Rules::built_in());
    const report::SolvedChain chain{document->title, *solution, findings, *targets};
    console.result(
        verb.json ? report::chain_json(chain)
                  : report::chain_text(chain, {console.style(), verb.compare, !verb.no_diagram}));
    if (const auto written = write_files(verb, chain, *text, console); !written) {
        return fail(written.error(), console);
    }
    if (verb.play.is_wanted()) {
        if (const Status played = play_chain(verb.play, *solution, *library, console); !played) {
            return fail(played.error(), console);
        }
    }
    return has_error(findings) ? exit_findings : exit_done;
}

} // namespace

void add_chain(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "chain", "Microphone, DI, preamp, converter, monitors: levels, noise, the best settings");
    auto options = std::make_shared<ChainVerb>();
    verb->add_option("chain", options->file, "What is plugged into what: CHAIN.toml")->required();
    verb->add_flag("--json", options->json, "One JSON document, full precision");
    verb->add_flag("--compare", options->compare, "A row for every other way to set it");
    verb->add_flag("--no-diagram", options->no_diagram, "Tables only");
    verb->add_option("--svg", options->svg, "Write the level diagrams")->type_name("FILE");
    verb->add_option("--html", options->html, "Write a page with settings and level diagrams")
        ->type_name("FILE");
    verb->add_option("--solved", options->solved,
                     "Write the chain again with every \"?\" filled in, comments kept")
        ->type_name("FILE");
    options->play.add_to(*verb);
    options->gear.add_to(*verb);
    options->targets.add_to(*verb);
    verb->footer("Example: gainstage chain examples/chains/quiet-ribbon.chain.toml --compare");
    verb->callback(
        [=, &console, &run] { run = [=, &console] { return run_chain(*options, console); }; });
}

} // namespace gainstage::app
