// SPDX-License-Identifier: MIT
// text: results for people at a terminal: aligned tables, two decimals, units in the header,
// sentences wrapped to the width. Every text ends with a line break. It asks nothing of the
// terminal: width and colour are told.
#pragma once

#include "measure/measure.h"
#include "mix/stage.h"
#include "produce/produce.h"
#include "report/outcome.h"
#include "take/session.h"
#include "take/take.h"

#include <span>
#include <string>

namespace gainstage::report {

struct TextOptions {
    int width = 0;       ///< columns of the terminal; 0: no limit (a file, a pipe)
    bool colour = false; ///< ANSI colours
    bool unicode = true; ///< block characters and dashes; otherwise ASCII only, but for names
};

/// One file: every reading with its standard. Many: a table, in blocks if it is wider than the
/// terminal. Files that failed are listed below.
std::string meter_text(std::span<const Outcome<measure::MeasuredFile>> files,
                       const TextOptions& options = {});

/// A line a stem, then its findings as sentences.
/// `check`: what shows between them, if that was asked.
std::string take_text(std::span<const Outcome<take::Take>> takes,
                      const TextOptions& options = {},
                      const take::SessionCheck* check = nullptr);

/// The plan as a table with its reasons; `mix` is what was rendered from it, if it was.
std::string stage_text(const mix::Staging& staging,
                       const mix::RenderedMix* mix,
                       const TextOptions& options = {});

/// Only the mix: what `stage --apply` has to say.
std::string mix_text(const mix::RenderedMix& mix, const TextOptions& options = {});

std::string master_text(std::span<const MasterOutcome> masters, const TextOptions& options = {});

std::string produce_text(const produce::Production& production,
                         const verdict::Targets& targets,
                         const TextOptions& options = {});

} // namespace gainstage::report
