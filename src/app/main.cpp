// SPDX-License-Identifier: MIT
// gainstage, the program: understands the command line, runs one verb, turns what happened into an
// exit code.
#include "app/interrupt.h"
#include "app/verbs.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <exception>
#include <new>

using namespace gainstage;
using namespace gainstage::app;

namespace {

void describe(CLI::App& program, Console& console) {
    program.description(
        "gainstage: a healthy level at every stage, from the microphone to the master");
    program.set_version_flag("--version", "gainstage " GAINSTAGE_VERSION);
    program.require_subcommand(1);
    program.failure_message([](const CLI::App* app, const CLI::Error& error) {
        return fmt::format(
            "gainstage: {}; see: gainstage {}--help\n", error.what(),
            app->get_subcommands().empty() ? "" : app->get_subcommands().front()->get_name() + " ");
    });
    program.add_flag("--quiet", console.quiet, "Only results and errors");
    program.add_flag("--no-progress", console.no_progress, "No progress line");
    program.fallthrough(); // --quiet may stand after the verb as well
    program.footer(
        "Example: gainstage demo demo-session && gainstage produce demo-session --for streaming -o "
        "out\n"
        "Exit codes: 0 done and in spec; 1 done, with errors found or some files failed; 2 bad "
        "usage;\n"
        "            3 nothing could be read or written; 4 internal error; 130 stopped by Ctrl-C");
}

ExitCode run_guarded(const Run& run, Console& console) {
    try {
        return console.finish(run());
    } catch (const std::bad_alloc&) {
        console.error({ErrorKind::internal, "", "out of memory",
                       "close other programs or use a shorter file"});
    } catch (const std::exception& exception) {
        console.error({ErrorKind::internal, "", std::string("internal error: ") + exception.what(),
                       "please report it"});
    }
    return exit_internal;
}

} // namespace

int main(int argc, char** argv) {
    catch_interrupts();
    CLI::App program;
    Console console;
    Run run;
    describe(program, console);
    for (const auto add : {add_meter, add_take, add_listen, add_stage, add_master, add_produce,
                           add_demo, add_conformance, add_gear, add_chain}) {
        add(program, console, run);
    }
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = program.exit(error);
        return code == 0 ? exit_done : exit_usage;
    }
    return run_guarded(run, console);
}
