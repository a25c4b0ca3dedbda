// SPDX-License-Identifier: MIT
// gainstage demo: writes the embedded demo session.
#include "app/demo_files.h"
#include "app/verbs.h"
#include "audio/io/sink.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace gainstage::app {
namespace {

/// The text of a file, or nothing if it isn't there.
std::optional<std::string> read_whole(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

ExitCode write_demo(const std::filesystem::path& folder, Console& console) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) {
        console.error({ErrorKind::unwritable, folder.string(),
                       "can't be made: " + failure.message(),
                       "name another folder: gainstage demo FOLDER"});
        return exit_nothing;
    }
    int written = 0;
    for (const EmbeddedFile& file : embedded_demo_files()) {
        const std::filesystem::path target = folder / file.name;
        const auto present = read_whole(target);
        if (present && *present != file.content) {
            console.say(fmt::format("kept {}: it differs from the demo's", target.string()));
        }
        if (present) {
            continue; // never over somebody's work
        }
        if (const Status status = audio::io::write_text(target, file.content); !status) {
            console.error(status.error());
            return exit_code_of(status.error().kind);
        }
        ++written;
    }
    console.say(written == 0 ? fmt::format("the demo session is already in {}", folder.string())
                             : fmt::format("wrote the demo session to {}", folder.string()));
    return exit_done;
}

} // namespace

void add_demo(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "demo", "Write the demo session: ten stems with the faults of real sessions");
    auto folder = std::make_shared<std::string>("demo-session");
    verb->add_option("DIR", *folder, "Where to")->capture_default_str();
    verb->footer("Example: gainstage demo demo-session");
    verb->callback(
        [=, &console, &run] { run = [=, &console] { return write_demo(*folder, console); }; });
}

} // namespace gainstage::app
