// SPDX-License-Identifier: MIT
// run_tool: a program that tests need, run quietly; and the sound files that only it can make.
#pragma once

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
