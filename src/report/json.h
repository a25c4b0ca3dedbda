// SPDX-License-Identifier: MIT
// json: results for programs. One document a verb, with `schema` (name and version); keys end in
// their unit; full precision; silence and what can't be measured are null. docs/reference/json.md
// describes every key. plan.json is mix::to_json, not this.
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

std::string meter_json(std::span<const Outcome<measure::MeasuredFile>> files);

/// meter_json()'s document in pieces, for more files than memory holds: begin(), file() for each,
/// end().
class MeterDocument {
public:
    std::string begin();
    std::string file(const Outcome<measure::MeasuredFile>& file);
    std::string end();

private:
    bool any_ = false;
};

/// One file on one line, with its schema: JSON Lines.
std::string meter_json_line(const Outcome<measure::MeasuredFile>& file);

/// `check`: what shows between them, if that was asked.
std::string take_json(std::span<const Outcome<take::Take>> takes,
                      const take::SessionCheck* check = nullptr);

/// `mix` is what was rendered from the plan, if it was.
std::string stage_json(const mix::Staging& staging, const mix::RenderedMix* mix);

/// Only a plan that was applied: `stage --apply`.
std::string applied_json(const mix::Plan& plan, const mix::RenderedMix& mix);

std::string master_json(std::span<const MasterOutcome> masters);

/// report.json
std::string production_json(const produce::Production& production);

} // namespace gainstage::report
