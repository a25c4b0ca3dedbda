// SPDX-License-Identifier: MIT
// produce: the main job. Raw stems in, delivered masters out: take, stage, mix and master in one
// go, each stage's levels kept for the report. It decides nothing itself: the rooms that it calls
// do.
#pragma once

#include "master/master.h"
#include "mix/stage.h"
#include "take/take.h"

#include <optional>
#include <vector>

namespace gainstage::produce {

/// One stem as it came: a take, or why it couldn't be read.
struct Stem {
    mix::Track track;
    Result<take::Take> take;
};

/// One medium's master, or why there is none.
struct Delivery {
    verdict::Medium medium;
    Result<master::Master> master;
};

/// Everything that happened, for the report.
struct Production {
    mix::Session session;
    std::vector<Stem> stems;
    mix::Staging staging;
    mix::RenderedMix mix;
    std::vector<Delivery> deliveries;
};

struct Request {
    std::vector<verdict::Medium> media;
    std::filesystem::path folder; ///< gets mix.wav and master-<medium>.wav
    int threads = 0;              ///< 0: as many as the machine has
};

/// A bad stem is left out and listed; a medium that fails is listed.
///   errors  no stem can be read, the folder can't be written, an input would be overwritten,
///   interrupted
Result<Production> produce(const mix::Session& session,
                           const Request& request,
                           const verdict::Targets& targets,
                           const verdict::Rules& rules,
                           const audio::io::Watch& watch = {});

/// Every finding of the takes, the mix and the masters, in the signal's order.
std::vector<verdict::Finding> all_findings(const Production& production);

} // namespace gainstage::produce
