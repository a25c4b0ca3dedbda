// SPDX-License-Identifier: MIT
// The files of data/demo, embedded.
#pragma once

#include <span>
#include <string_view>

namespace gainstage {

struct EmbeddedFile {
    std::string_view name;
    std::string_view content;
};

std::span<const EmbeddedFile> embedded_demo_files();

} // namespace gainstage
