// SPDX-License-Identifier: MIT
#include "app/outcome.h"

namespace gainstage::app {

ExitCode say_failures(const std::vector<produce::Delivery>& deliveries, Console& console) {
    std::size_t failed = 0;
    bool out_of_spec = false;
    for (const auto& delivery : deliveries) {
        if (!delivery.master) {
            console.error(delivery.master.error());
            ++failed;
        } else {
            out_of_spec = out_of_spec || has_error(delivery.master->findings);
        }
    }
    const ExitCode code = exit_code_of(deliveries.size() - failed, failed);
    return code == exit_done && out_of_spec ? exit_findings : code;
}

void say_skipped(const std::vector<mix::SkippedTrack>& skipped, Console& console) {
    for (const auto& track : skipped) {
        console.error(track.error);
    }
}

} // namespace gainstage::app
