// SPDX-License-Identifier: MIT
// run_tool: a program that tests need, run quietly; and the sound files that only it can make.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace gainstage::test {

/// One shell command; throws with it if it fails. Paths in it must be quoted().
inline void run_tool(const std::string& command) {
    if (std::system((command + " >/dev/null 2>&1").c_str()) != 0) {
        throw std::runtime_error("this command failed: " + command);
    }
}

/// What one shell command prints on standard output; throws if it fails.
inline std::string output_of(const std::string& command) {
    FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
    if (pipe == nullptr) {
        throw std::runtime_error("this command can't be run: " + command);
    }
    std::string out;
    char block[4096];
    for (std::size_t got = 0; (got = std::fread(block, 1, sizeof block, pipe)) > 0;) {
        out.append(block, got);
    }
    if (::pclose(pipe) != 0) {
        throw std::runtime_error("this command failed: " + command);
    }
    return out;
}

inline std::string quoted(const std::filesystem::path& path) {
    std::string text = "'";
    for (const char c : path.string()) {
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return text + "'";
}

/// `from` encoded with ffmpeg's `options` into `to`.
inline void encode(const std::filesystem::path& from,
                   const std::string& options,
                   const std::filesystem::path& to) {
    run_tool("ffmpeg -v error -nostdin -y -i " + quoted(from) + " " + options + " " + quoted(to));
}

} // namespace gainstage::test
