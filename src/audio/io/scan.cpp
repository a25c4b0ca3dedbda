// SPDX-License-Identifier: MIT
#include "audio/io/scan.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <glob.h>
#include <set>
#include <string>
#include <string_view>

namespace gainstage::audio::io {
namespace {

constexpr std::array<std::string_view, 29> extensions = {
    ".wav", ".wave", ".bwf", ".rf64", ".w64", ".aif",  ".aiff", ".aifc", ".flac", ".ogg",
    ".oga", ".opus", ".mp3", ".mp2",  ".m4a", ".aac",  ".alac", ".caf",  ".ac3",  ".eac3",
    ".mxf", ".mov",  ".mp4", ".mkv",  ".mka", ".webm", ".wma",  ".wv",   ".au"};

Result<std::vector<std::filesystem::path>> audio_files_below(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    std::vector<fs::path> files;
    std::error_code failure;
    auto entry = fs::recursive_directory_iterator(
        folder, fs::directory_options::skip_permission_denied, failure);
    for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
        const bool hidden = entry->path().filename().string().starts_with('.');
        std::error_code unreadable;
        if (entry->is_directory(unreadable)) {
            if (hidden) {
                entry.disable_recursion_pending();
            }
        } else if (looks_like_audio(entry->path())) {
            files.push_back(entry->path());
        }
    }
    if (failure) {
        return Error{ErrorKind::unreadable, folder.string(), "can't be read: " + failure.message(),
                     "check its permissions"};
    }
    if (files.empty()) {
        return Error{ErrorKind::unreadable, folder.string(), "has no audio files in it",
                     "name another folder"};
    }
    std::ranges::sort(files);
    return files;
}

std::vector<std::filesystem::path> matches(const std::filesystem::path& pattern) {
    glob_t found{};
    std::vector<std::filesystem::path> paths;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
        paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    globfree(&found);
    return paths;
}

} // namespace

bool looks_like_audio(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return !path.filename().string().starts_with('.') &&
           std::ranges::find(extensions, extension) != extensions.end();
}

Result<std::vector<std::filesystem::path>>
collect_audio_files(const std::vector<std::filesystem::path>& named) {
    std::vector<std::filesystem::path> files;
    std::set<std::filesystem::path> seen;
    const auto add = [&](const std::filesystem::path& file) {
        if (seen.insert(file).second) {
            files.push_back(file);
        }
    };
    for (const auto& name : named) {
        std::error_code failure;
        if (std::filesystem::is_directory(name, failure)) {
            auto below = audio_files_below(name);
            if (!below) {
                return below.error();
            }
            std::ranges::for_each(*below, add);
        } else if (!std::filesystem::exists(name, failure) &&
                   name.string().find_first_of("*?[") != std::string::npos) {
            const auto found = matches(name);
            if (found.empty()) {
                return Error{ErrorKind::unreadable, name.string(), "matches no file",
                             "check the pattern"};
            }
            std::ranges::for_each(found, add);
        } else {
            add(name);
        }
    }
    return files;
}

} // namespace gainstage::audio::io
