// SPDX-License-Identifier: MIT
// gainstage gear: what is known about microphones, interfaces, preamps…
#include "report/gear.h"
#include "app/gear_options.h"
#include "app/inputs.h"
#include "app/outcome.h"
#include "app/verbs.h"
#include "audio/io/sink.h"
#include "report/wiring.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace gainstage::app {
namespace {

struct GearVerb {
    GearOptions gear;
    std::vector<std::string> words;
    std::string id;
    std::string file;
    bool json = false;
    std::string svg;
    std::string html;
};

ExitCode run_search(const GearVerb& verb, Console& console) {
    const auto library = verb.gear.load();
    if (!library) {
        return fail(library.error(), console);
    }
    const auto found = library->search(verb.words);
    console.result(verb.json ? report::gear_json(found)
                             : report::gear_list_text(found, console.style()));
    return exit_done;
}

/// The map of an interface, where it was asked for.
Status write_maps(const GearVerb& verb, const circuit::GearEntry& entry, Console& console) {
    const report::WiringMap map = report::wiring_of(entry);
    for (const bool is_page : {false, true}) {
        const std::string& file = is_page ? verb.html : verb.svg;
        if (file.empty()) {
            continue;
        }
        if (entry.gear_class != circuit::GearClass::interface) {
            return Error{ErrorKind::usage, entry.id, "is no interface: there is nothing to map",
                         "gainstage gear interface lists those there are"};
        }
        const Status written = audio::io::write_text(file, is_page ? report::wiring_html(map)
                                                                   : report::wiring_svg(map, true));
        if (!written) {
            return written;
        }
        console.say("wrote " + file);
    }
    return Done{};
}

ExitCode run_show(const GearVerb& verb, Console& console) {
    const auto library = verb.gear.load();
    if (!library) {
        return fail(library.error(), console);
    }
    const auto entry = library->find(verb.id);
    if (!entry) {
        return fail(entry.error(), console);
    }
    console.result(verb.json ? report::gear_json(std::span(&*entry, 1))
                             : report::gear_text(**entry, console.style()));
    const Status written = write_maps(verb, **entry, console);
    return written ? exit_done : fail(written.error(), console);
}

ExitCode run_check(const GearVerb& verb, Console& console) {
    const auto text = read_text(verb.file);
    if (!text) {
        return fail(text.error(), console);
    }
    const auto parsed = circuit::GearLibrary::parse(*text, verb.file);
    if (!parsed) {
        return fail(parsed.error(), console);
    }
    std::string out = fmt::format("{}: {} entries, all of them well formed\n", verb.file,
                                  parsed->entries().size());
    for (const circuit::GearEntry& entry : parsed->entries()) {
        for (const std::string& doubt : circuit::doubts(entry)) {
            out += entry.id + ": " + doubt + '\n';
        }
    }
    console.result(out);
    return exit_done;
}

} // namespace

std::filesystem::path user_gear_folder() {
    const char* config = std::getenv("XDG_CONFIG_HOME");
    const char* home = std::getenv("HOME");
    if (config != nullptr && *config == '/') { // the XDG specification: others are to be ignored
        return std::filesystem::path(config) / "gainstage" / "gear";
    }
    return home != nullptr && *home != '\0'
               ? std::filesystem::path(home) / ".config" / "gainstage" / "gear"
               : std::filesystem::path();
}

void GearOptions::add_to(CLI::App& verb) {
    verb.add_option("--gear", files, "A file of your own gear, on top of what is known")
        ->type_name("FILE");
}

Result<circuit::GearLibrary> GearOptions::load() const {
    std::vector<std::filesystem::path> all;
    std::error_code none; // no folder: nothing of the user's own
    const auto folder = user_gear_folder();
    if (!folder.empty()) {
        for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
            if (entry.path().extension() == ".toml") {
                all.push_back(entry.path());
            }
        }
    }
    std::ranges::sort(all); // the same on every file system
    all.insert(all.end(), files.begin(), files.end());
    circuit::GearLibrary library = circuit::GearLibrary::built_in();
    for (const auto& path : all) {
        const auto text = read_text(path);
        if (!text) {
            return text.error();
        }
        const auto parsed = circuit::GearLibrary::parse(*text, path.string());
        if (!parsed) {
            return parsed.error();
        }
        library = library.overlaid_with(*parsed);
    }
    return library;
}

void add_gear(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "gear", "What is known about microphones, interfaces, preamps, DI boxes…");
    auto options = std::make_shared<GearVerb>();
    verb->add_option("words", options->words, "Words to search for; none: all");
    auto* show = verb->add_subcommand("show", "Everything that is known of one");
    show->add_option("id", options->id, "Its id, as the search prints it")->required();
    show->add_option("--svg", options->svg, "Write the map of an interface: inputs and outputs")
        ->type_name("FILE");
    show->add_option("--html", options->html, "The same as a page")->type_name("FILE");
    auto* check = verb->add_subcommand("check", "Is a gear file of your own well formed?");
    check->add_option("file", options->file, "The file")->required();
    for (CLI::App* one : {verb, show}) {
        one->add_flag("--json", options->json, "One JSON document");
    }
    options->gear.add_to(*verb);
    options->gear.add_to(*show);
    verb->footer("Example: gainstage gear shure dynamic && gainstage gear show shure-sm57");
    show->footer("Example: gainstage gear show focusrite-scarlett-2i2-4 --svg map.svg");
    check->footer("Example: gainstage gear check my-gear.toml");
    verb->callback([=, &console, &run] {
        run = [=, &console] {
            return *show    ? run_show(*options, console)
                   : *check ? run_check(*options, console)
                            : run_search(*options, console);
        };
    });
}

} // namespace gainstage::app
