// SPDX-License-Identifier: MIT
// csv: one row a file with a header, for spreadsheets and data frames. RFC 4180: commas, CRLF,
// quotes where needed. Full precision; silence is -inf, what can't be measured is empty; a failed
// file has its path and `error` only.
#pragma once

#include "measure/measure.h"
#include "report/outcome.h"

#include <span>
#include <string>

namespace gainstage::report {

std::string meter_csv(std::span<const Outcome<measure::MeasuredFile>> files);

} // namespace gainstage::report
