// SPDX-License-Identifier: MIT
#include "report/csv.h"

#include "report/escape.h"
#include "report/figures.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

namespace gainstage::report {
namespace {

/// Fields to a line.
class Line {
public:
    explicit Line(Rows rows) : rows_(rows) {}

    Line& add(std::string_view field) {
        out_ += begun_ ? (rows_ == Rows::csv ? "," : "\t") : "";
        begun_ = true;
        if (rows_ == Rows::csv) {
            out_ += csv_field(field);
            return *this;
        }
        for (const char c : field) {
            out_ += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
        }
        return *this;
    }

    Line& add(std::optional<double> value) {
        return add(value ? full_precision(*value) : std::string{});
    }

    [[nodiscard]] std::string str() const {
        return out_ + (rows_ == Rows::csv ? "\r\n" : "\n"); // RFC 4180, section 2, rule 1
    }

private:
    Rows rows_;
    bool begun_ = false;
    std::string out_;
};

/// Columns that every series has.
bool is_in_history(ballistics::Kind kind) {
    return kind == ballistics::Kind::momentary || kind == ballistics::Kind::short_term;
}

/// The highest of rows [first, first + count); empty for channels that this file hasn't.
void add_needles(Line& line,
                 const measure::NeedleSeries& needles,
                 std::size_t first,
                 std::size_t count,
                 int channels) {
    for (std::size_t i = 0; i < needles.columns.size(); ++i) {
        const auto& column = needles.columns[i];
        if (is_in_history(column.kind)) {
            continue;
        }
        const auto value = static_cast<double>(needles.highest(i, first, count));
        line.add(std::isnan(value) ? std::nullopt : std::optional(value));
        if (column.channel >= 0 && column.channel == needles.channels - 1) {
            for (int c = needles.channels; c < channels; ++c) {
                line.add("");
            }
        }
    }
}

/// Before the readings.
constexpr const char* stream_columns[] = {"path",       "sample_rate_hz", "channels",  "frames",
                                          "duration_s", "layout",         "dual_mono", "gating"};

constexpr const char* summaries[] = {"highest_", "mean_", "last_"};

/// Names of a meter's columns, one for each of `channels` channels or one for the stream.
std::vector<std::string> column_names(ballistics::Kind kind, int channels) {
    const ballistics::Meter& meter = ballistics::meter_of(kind);
    if (!meter.per_channel) {
        return {std::string(meter.key)};
    }
    std::vector<std::string> names;
    for (int c = 1; c <= channels; ++c) {
        names.push_back(std::string(meter.key) + "_" + std::to_string(c));
    }
    return names;
}

void add_summaries(Line& line, const measure::NeedleSeries& needles, int channels) {
    for (std::size_t i = 0; i < needles.columns.size(); ++i) {
        const auto& column = needles.columns[i];
        const auto summary = needles.summary(i);
        line.add(summary.highest).add(summary.mean).add(summary.last);
        if (column.channel >= 0 && column.channel == needles.channels - 1) {
            for (int c = needles.channels; c < channels; ++c) {
                line.add("").add("").add("");
            }
        }
    }
}

} // namespace

std::string meter_header(Rows rows, const NeedleColumns& needles) {
    Line line(rows);
    for (const char* const name : stream_columns) {
        line.add(name);
    }
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        line.add(reading->key);
    }
    for (const ballistics::Kind kind : needles.kinds) {
        for (const std::string& name : column_names(kind, needles.channels)) {
            for (const char* const summary : summaries) {
                line.add(summary + name);
            }
        }
    }
    return line.add("non_finite_samples").add("partial").add("error").str();
}

std::string
meter_row(const Outcome<measure::MeasuredFile>& file, Rows rows, const NeedleColumns& needles) {
    Line line(rows);
    line.add(file.path.string());
    if (!file.result) {
        constexpr std::size_t after_readings = 2; // non_finite_samples, partial
        std::size_t empty =
            std::size(stream_columns) - 1 + meter::Bridge::readings().size() + after_readings;
        for (const ballistics::Kind kind : needles.kinds) {
            empty += std::size(summaries) * column_names(kind, needles.channels).size();
        }
        for (std::size_t i = 0; i < empty; ++i) {
            line.add("");
        }
        return line.add(file.result.error().message()).str();
    }
    const meter::Measurement& measured = file.result->measurement;
    const bool has_rate = measured.sample_rate.value() > 0.0;
    line.add(measured.sample_rate.value())
        .add(std::to_string(measured.layout.channels()))
        .add(std::to_string(measured.frames))
        .add(has_rate ? measured.duration().value() : 0.0)
        .add(measured.layout.name())
        .add(measured.dual_mono ? "true" : "false")
        .add(gating_name(measured));
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        line.add(measured.value(reading->key));
    }
    add_summaries(line, file.result->needles, needles.channels);
    const measure::MeasuredFile& whole = *file.result;
    return line.add(std::to_string(measured.non_finite_samples))
        .add(whole.is_partial() ? "true" : "false")
        .add(whole.damage ? whole.damage->message() : "")
        .str();
}

std::string series_header() { return series_header(NeedleColumns{}); }

std::string series_header(const NeedleColumns& needles) {
    Line line(Rows::csv);
    for (const char* name :
         {"path", "time_s", "momentary_lufs", "short_term_lufs", "true_peak_dbtp"}) {
        line.add(name);
    }
    for (const ballistics::Kind kind : needles.kinds) {
        if (!is_in_history(kind)) {
            for (const std::string& name : column_names(kind, needles.channels)) {
                line.add(name);
            }
        }
    }
    return line.str();
}

std::string series_rows(const Outcome<measure::MeasuredFile>& file) { return series_rows(file, 0); }

std::string series_rows(const Outcome<measure::MeasuredFile>& file, int channels) {
    std::string out;
    if (!file.result) {
        return out;
    }
    const meter::History& history = file.result->measurement.history;
    const double end_s = file.result->measurement.duration().value();
    const auto at = [](const std::vector<float>& values, std::size_t i) {
        return static_cast<double>(values[i]);
    };
    const auto rows_a_point = static_cast<std::size_t>(std::llround(history.hop_s / 0.1));
    for (std::size_t i = 0; i < history.momentary_lufs.size(); ++i) {
        const double time_s = static_cast<double>(i + 1) * history.hop_s;
        Line line(Rows::csv);
        line.add(file.path.string())
            .add(std::min(time_s, end_s))
            .add(at(history.momentary_lufs, i))
            .add(at(history.short_term_lufs, i))
            .add(at(history.true_peak_dbtp, i));
        add_needles(line, file.result->needles, i * rows_a_point, rows_a_point, channels);
        out += line.str();
    }
    return out;
}

std::string meter_csv(std::span<const Outcome<measure::MeasuredFile>> files) {
    std::string out = meter_header(Rows::csv);
    for (const auto& file : files) {
        out += meter_row(file, Rows::csv);
    }
    return out;
}

} // namespace gainstage::report
