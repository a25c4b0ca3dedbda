// SPDX-License-Identifier: MIT
// Any text as a gear file, a chain and a calibration: read, solved, judged, told in every form and
// rewritten. What is refused is refused with file, line and column.
#include "circuit/calibration.h"
#include "circuit/judge.h"
#include "circuit/rewrite.h"
#include "report/chain.h"
#include "report/wiring.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

/// A fault says where it is; the file's name is part of it.
template <typename Value>
bool parsed(const Result<Value>& result, std::string_view file) {
    if (result) {
        return true;
    }
    const Error& error = result.error();
    if (!error.where.starts_with(file) || error.what.empty() ||
        error.message().find('\n') != std::string::npos) {
        std::abort();
    }
    return false;
}

void solve_and_tell(std::string_view text) {
    const auto document = ChainDocument::parse(text, "x.chain.toml", GearLibrary::built_in());
    if (!parsed(document, "x.chain.toml")) {
        return;
    }
    const auto& targets = verdict::Targets::built_in();
    MeasuredLevels measured;
    for (const SourceSpec& source : document->sources) {
        if (!source.recording.empty()) {
            measured[source.id] = {.average = Dbu{-10.0}, .peak = Dbu{0.0}, .name = "x.wav"};
        }
    }
    const auto solution = solve(*document, targets, measured);
    if (!solution) {
        return;
    }
    const auto findings = judge(*document, *solution, targets, verdict::Rules::built_in());
    const report::SolvedChain chain{document->title, *solution, findings, targets};
    const std::string json = report::chain_json(chain);
    const std::string told = report::chain_text(chain, {{}, true, true});
    if (told.find("nan") != std::string::npos && text.find("nan") == std::string_view::npos) {
        std::abort(); // made up on the way
    }
    (void)report::chain_html(chain, true);
    (void)report::chain_svg(chain, true);
    // What was filled in is a chain again.
    if (!ChainDocument::parse(with_settings(text, *solution), "x", GearLibrary::built_in())) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto gear = GearLibrary::parse(text, "x.toml"); parsed(gear, "x.toml")) {
        for (const GearEntry& entry : gear->entries()) {
            (void)doubts(entry);
            (void)report::wiring_svg(report::wiring_of(entry), true);
        }
    }
    if (parsed(InputCalibration::parse(text, "x.toml"), "x.toml")) {
        const CalibratedInput input{.source = "s",
                                    .gear = "g",
                                    .input = "mic",
                                    .recording = "a.wav",
                                    .difference = Gain::from_db(1.0)};
        const auto with = with_input(text, "x.toml", input, "x.chain.toml");
        if (with && !InputCalibration::parse(*with, "x.toml")) {
            std::abort();
        }
    }
    solve_and_tell(text);
    return 0;
}
