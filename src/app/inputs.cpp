// SPDX-License-Identifier: MIT
#include "app/inputs.h"

#include "audio/io/scan.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

namespace gainstage::app {

void FileOptions::add_to(CLI::App& verb, const std::string& description) {
    verb.add_option("FILE", paths, description);
    verb.add_option("--files-from", files_from,
                    "Read file names from a list, one a line (- for standard input)");
    verb.add_flag("-0", nul_separated,
                  "The names in the list end in NUL, as find -print0 writes them");
}

Result<std::vector<std::filesystem::path>> FileOptions::collect() const {
    std::vector<std::filesystem::path> named(paths.begin(), paths.end());
    if (!files_from.empty()) {
        std::string list;
        if (files_from == "-") {
            list.assign(std::istreambuf_iterator<char>(std::cin), {});
        } else if (auto text = read_text(files_from)) {
            list = std::move(*text);
        } else {
            return text.error();
        }
        std::istringstream lines(list);
        for (std::string name; std::getline(lines, name, nul_separated ? '\0' : '\n');) {
            if (!name.empty()) {
                named.emplace_back(name);
            }
        }
    }
    if (named.empty()) {
        return Error{ErrorKind::usage, "", "no files named",
                     "name a file or a folder, or use --files-from"};
    }
    return audio::io::collect_audio_files(named);
}

void TargetOptions::add_to(CLI::App& verb) {
    verb.add_option("--targets", file,
                    "Your own figures and media on top of the built-in ones (TOML)");
}

Result<verdict::Targets> TargetOptions::load() const {
    if (file.empty()) {
        return verdict::Targets::built_in();
    }
    const auto text = read_text(file);
    if (!text) {
        return text.error();
    }
    const auto own = verdict::Targets::parse(*text, file);
    if (!own) {
        return own.error();
    }
    return verdict::Targets::built_in().overlaid_with(*own);
}

void MediumOptions::add_to(CLI::App& verb) {
    verb.add_option("--for", ids,
                    "Media to deliver: streaming, cd, broadcast, podcast…; several with commas")
        ->delimiter(',')
        ->required();
    verb.add_option("--target", target_lufs,
                    "Integrated loudness in LUFS, in place of the medium's")
        ->expected(1);
    verb.add_option("--ceiling", ceiling_dbtp,
                    "Highest true peak in dBTP, in place of the medium's")
        ->expected(1);
}

Result<std::vector<verdict::Medium>> MediumOptions::load(const verdict::Targets& targets) const {
    std::vector<verdict::Medium> media;
    for (const std::string& id : ids) {
        auto medium = targets.medium(id);
        if (!medium) {
            return medium.error();
        }
        const bool twice =
            std::ranges::any_of(media, [&](const auto& other) { return other.id == medium->id; });
        if (twice) {
            continue;
        }
        if (!target_lufs.empty()) {
            medium->loudness = Lufs{target_lufs.front()};
        }
        if (!ceiling_dbtp.empty()) {
            medium->ceiling = Dbtp{ceiling_dbtp.front()};
        }
        // Beyond these no programme material makes sense: EBU's absolute gate is at -70 LUFS.
        if (!(medium->loudness >= Lufs{-60.0} && medium->loudness <= Lufs{0.0})) {
            return Error{
                ErrorKind::usage, "--target",
                fmt::format("{} is not a loudness in LUFS from -60 to 0", medium->loudness.db()),
                "for instance: --target -14"};
        }
        if (!(medium->ceiling >= Dbtp{-40.0} && medium->ceiling <= Dbtp{0.0})) {
            return Error{
                ErrorKind::usage, "--ceiling",
                fmt::format("{} is not a true peak in dBTP from -40 to 0", medium->ceiling.db()),
                "for instance: --ceiling -1"};
        }
        media.push_back(std::move(*medium));
    }
    return media;
}

std::uint64_t total_bytes(const std::vector<std::filesystem::path>& files) {
    std::uint64_t total = 0;
    for (const auto& file : files) {
        std::error_code failure;
        const auto size = std::filesystem::file_size(file, failure);
        total += failure ? 0 : size;
    }
    return total;
}

std::uint64_t total_frames(const std::vector<std::filesystem::path>& files,
                           const Console& console) {
    std::uint64_t total = 0;
    if (console.shows_progress()) {
        for (const auto& file : files) {
            if (const auto source = audio::io::open(file)) {
                total += (*source)->info().frames.value_or(0);
            }
        }
    }
    return total;
}

Status make_folder(const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (!failure && !std::filesystem::is_directory(folder, failure)) {
        failure = std::make_error_code(std::errc::not_a_directory);
    }
    if (failure) {
        return Error{ErrorKind::unwritable, folder.string(),
                     "can't be made a folder: " + failure.message(), "name another folder with -o"};
    }
    return Done{};
}

Result<std::string> read_text(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream || std::filesystem::is_directory(file)) {
        const std::string why =
            std::filesystem::is_directory(file) ? "is a folder" : std::strerror(errno);
        return Error{ErrorKind::unreadable, file.string(), "can't be read: " + why,
                     "check the path"};
    }
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

} // namespace gainstage::app
