// SPDX-License-Identifier: MIT
// html: the report of a production as one page that needs nothing else: no request, no script. For
// the musician first (what was delivered, what to do), then every figure for the engineer. The same
// input gives the same page, to the byte.
#pragma once

#include "produce/produce.h"
#include "verdict/target.h"

#include <filesystem>
#include <string>
#include <vector>

namespace gainstage::report {

/// A file that was written beside the mix and the masters: "plan.json".
struct ListedFile {
    std::filesystem::path path;
    std::string description;
};

struct HtmlOptions {
    std::string version; ///< of the program; may be empty
    std::string date;    ///< as it should be printed; empty: not said. No clock is read here
    std::filesystem::path folder; ///< the page's own: files inside it are linked, relative to it
    std::vector<ListedFile> other_files; ///< besides the mix and the masters
};

std::string html_report(const produce::Production& production,
                        const verdict::Targets& targets,
                        const HtmlOptions& options = {});

} // namespace gainstage::report
