// SPDX-License-Identifier: MIT
// csv: one row a file with a header, for spreadsheets and data frames. Full precision; silence is
// -inf, what can't be measured is empty; a failed file has its path and `error` only.
#pragma once

#include "measure/measure.h"
#include "measure/needles.h"
#include "report/outcome.h"

#include <span>
#include <string>

namespace gainstage::report {

/// Rows of fields. csv: RFC 4180, commas, CRLF, quotes where needed. tsv: IANA's
/// tab-separated-values, where a tab or a line break inside a field is a space.
enum class Rows { csv, tsv };

/// Meters with ballistics add, before `partial` and `error`, three columns each, or for each of
/// `channels` channels: highest_vu_vu_1, mean_vu_vu_1, last_vu_vu_1.
struct NeedleColumns {
    std::span<const ballistics::Kind> kinds = {};
    int channels = 0; ///< the most that any file has
};

std::string meter_header(Rows rows, const NeedleColumns& needles = {});
std::string
meter_row(const Outcome<measure::MeasuredFile>& file, Rows rows, const NeedleColumns& needles = {});

/// Levels over time, a row for each hop of the history: path, time_s (of the hop's end),
/// momentary_lufs, short_term_lufs, true_peak_dbtp.
std::string series_header();
std::string series_rows(const Outcome<measure::MeasuredFile>& file);

/// The same with meters with ballistics behind: a column for each, or for each of `channels`
/// channels, counted from 1 ("vu_vu_1"). Momentary and short-term loudness are there already.
std::string series_header(const NeedleColumns& needles);
std::string series_rows(const Outcome<measure::MeasuredFile>& file, int channels);

/// Header and rows.
std::string meter_csv(std::span<const Outcome<measure::MeasuredFile>> files);

} // namespace gainstage::report
