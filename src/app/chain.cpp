// SPDX-License-Identifier: MIT
// gainstage chain: what happens before the converter and after it, from gear and wiring alone.
#include "report/chain.h"
#include "app/chain_calibrate.h"
#include "app/chain_input.h"
#include "app/chain_play.h"
#include "app/outcome.h"
#include "app/verbs.h"
#include "audio/io/sink.h"
#include "circuit/judge.h"
#include "circuit/rewrite.h"
#include "circuit/solver.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <memory>

namespace gainstage::app {
namespace {

struct ChainVerb {
    ChainInput input;
    CalibrateOptions calibrate;
    bool no_calibration = false;
    bool json = false;
    bool compare = false;
    bool no_diagram = false;
    std::string svg;
    std::string html;
    std::string solved;
    PlayOptions play;
};

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
        if (std::error_code none; std::filesystem::equivalent(path, verb.input.file, none)) {
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
    const auto loaded = load(verb.input);
    if (!loaded) {
        return fail(loaded.error(), console);
    }
    const auto calibration =
        verb.no_calibration ? circuit::InputCalibration{} : load_calibration(verb.input.file);
    if (!calibration) {
        return fail(calibration.error(), console);
    }
    const auto solution =
        circuit::solve(loaded->document, loaded->targets, loaded->measured, *calibration);
    if (!solution) {
        return fail(solution.error(), console);
    }
    const auto findings =
        circuit::judge(loaded->document, *solution, loaded->targets, verdict::Rules::built_in());
    const report::SolvedChain chain{loaded->document.title, *solution, findings, loaded->targets};
    console.result(
        verb.json ? report::chain_json(chain)
                  : report::chain_text(chain, {console.style(), verb.compare, !verb.no_diagram}));
    if (const auto written = write_files(verb, chain, loaded->text, console); !written) {
        return fail(written.error(), console);
    }
    if (verb.play.is_wanted()) {
        if (const Status played = play_chain(verb.play, *solution, loaded->library, console);
            !played) {
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
    verb->add_option("chain", options->input.file, "What is plugged into what: CHAIN.toml");
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
    verb->add_flag("--no-calibration", options->no_calibration,
                   "By the data sheets alone, whatever was calibrated");
    options->input.add_to(*verb);
    auto* calibrate = verb->add_subcommand(
        "calibrate", "Correct an input by a recorded tone of known level; kept beside the chain");
    options->calibrate.add_to(*calibrate);
    verb->footer("Example: gainstage chain examples/chains/quiet-ribbon.chain.toml --compare");
    verb->callback([=, &console, &run] {
        if (!*calibrate && options->input.file.empty()) {
            throw CLI::RequiredError("chain");
        }
        run = [=, &console] {
            return *calibrate ? run_calibrate(options->calibrate, console)
                              : run_chain(*options, console);
        };
    });
}

} // namespace gainstage::app
