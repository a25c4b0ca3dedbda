// SPDX-License-Identifier: MIT
#include "app/outcome.h"

namespace gainstage::app {

ExitCode say_failures(const std::vector<report::MasterOutcome>& masters, Console& console) {
    std::size_t failed = 0;
    bool out_of_spec = false;
    for (const auto& master : masters) {
        if (!master.result) {
            console.error(master.result.error());
            ++failed;
        } else {
            out_of_spec = out_of_spec || has_error(master.result->findings);
        }
    }
    const ExitCode code = exit_code_of(masters.size() - failed, failed);
    return code == exit_done && out_of_spec ? exit_findings : code;
}

void say_skipped(const std::vector<mix::SkippedTrack>& skipped, Console& console) {
    for (const auto& track : skipped) {
        console.error(track.error);
    }
}

} // namespace gainstage::app
