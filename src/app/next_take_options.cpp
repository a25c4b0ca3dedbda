// SPDX-License-Identifier: MIT
#include "app/next_take_options.h"

#include <CLI/CLI.hpp>

namespace gainstage::app {

void NextTakeOptions::add_to(CLI::App& verb) {
    verb.add_option("--minutes", minutes, "Length of the take to come (default 4)")
        ->check(CLI::Range(0.1, 1440.0));
    verb.add_option("--source", source,
                    "Who plays, for how much louder the take gets than the practice run: voice, "
                    "speech, drums, acoustic, amp, line, other, take (it was a take already)")
        ->capture_default_str();
    verb.add_option("--allowance", allowance_db, "How much louder instead, in dB (0: not at all)")
        ->check(CLI::Range(-20.0, 40.0));
    verb.add_option("--step", step_db, "Step of the preamp's gain in dB (default: none)")
        ->check(CLI::Range(0.01, 40.0));
}

Result<take::NextTake> NextTakeOptions::next_take(const verdict::Targets& figures,
                                                  const std::optional<take::Preamp>& preamp) const {
    const auto allowance = take::allowance_for(source, figures);
    if (!allowance) {
        return allowance.error();
    }
    take::NextTake next;
    next.length = Seconds{60.0 * (minutes > 0.0 ? minutes : figures["take.minutes"])};
    next.allowance = allowance_db ? Gain::from_db(*allowance_db) : *allowance;
    if (step_db) {
        next.step = Gain::from_db(*step_db);
    } else if (preamp) {
        next.step = preamp->range.step;
    }
    return next;
}

} // namespace gainstage::app
