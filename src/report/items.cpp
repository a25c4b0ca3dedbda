// SPDX-License-Identifier: MIT
#include "report/items.h"

#include "report/escape.h"
#include "report/figures.h"

#include <algorithm>

namespace gainstage::report {

std::string
item(std::string_view mark, Ink ink, std::string_view text, const TextOptions& options) {
    const int indent = display_width(mark) + 1;
    const int width = options.width > 0 ? std::max(24, options.width - indent) : 0;
    std::string out;
    for (const std::string& line : wrapped(text, width)) {
        out += out.empty() ? inked(mark, ink, options) + ' '
                           : std::string(static_cast<std::size_t>(indent), ' ');
        out += line + '\n';
    }
    return out;
}

namespace {

std::string
finding_item(const verdict::Finding& finding, bool with_stage, const TextOptions& options) {
    std::string words = with_stage ? finding.stage + ": " : "";
    words += sentence(finding.evidence);
    for (const std::string* part : {&finding.action, &finding.reason}) {
        words += part->empty() ? "" : ' ' + sentence(*part);
    }
    return item("  " + std::string(verdict::name(finding.severity)) + ':', ink_of(finding.severity),
                clean(words), options);
}

} // namespace

std::string finding_items(const std::vector<verdict::Finding>& findings,
                          bool with_stage,
                          const TextOptions& options) {
    std::string out;
    for (const verdict::Finding& finding : findings) {
        out += finding_item(finding, with_stage, options);
    }
    return out;
}

} // namespace gainstage::report
