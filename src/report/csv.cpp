// SPDX-License-Identifier: MIT
#include "report/csv.h"

#include "report/escape.h"
#include "report/figures.h"

#include <algorithm>
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

} // namespace

std::string meter_header(Rows rows) {
    Line line(rows);
    for (const char* name : {"path", "sample_rate_hz", "channels", "frames", "duration_s"}) {
        line.add(name);
    }
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        line.add(reading->key);
    }
    return line.add("error").str();
}

std::string meter_row(const Outcome<measure::MeasuredFile>& file, Rows rows) {
    Line line(rows);
    line.add(file.path.string());
    if (!file.result) {
        for (std::size_t i = 0; i < 4 + meter::Bridge::readings().size(); ++i) {
            line.add("");
        }
        return line.add(file.result.error().message()).str();
    }
    const meter::Measurement& measured = file.result->measurement;
    const bool has_rate = measured.sample_rate.value() > 0.0;
    line.add(measured.sample_rate.value())
        .add(std::to_string(measured.layout.channels()))
        .add(std::to_string(measured.frames))
        .add(has_rate ? measured.duration().value() : 0.0);
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        line.add(measured.value(reading->key));
    }
    return line.add("").str();
}

std::string series_header() {
    Line line(Rows::csv);
    for (const char* name :
         {"path", "time_s", "momentary_lufs", "short_term_lufs", "true_peak_dbtp"}) {
        line.add(name);
    }
    return line.str();
}

std::string series_rows(const Outcome<measure::MeasuredFile>& file) {
    std::string out;
    if (!file.result) {
        return out;
    }
    const meter::History& history = file.result->measurement.history;
    const double end_s = file.result->measurement.duration().value();
    const auto at = [](const std::vector<float>& values, std::size_t i) {
        return static_cast<double>(values[i]);
    };
    for (std::size_t i = 0; i < history.momentary_lufs.size(); ++i) {
        const double time_s = static_cast<double>(i + 1) * history.hop_s;
        out += Line(Rows::csv)
                   .add(file.path.string())
                   .add(std::min(time_s, end_s))
                   .add(at(history.momentary_lufs, i))
                   .add(at(history.short_term_lufs, i))
                   .add(at(history.true_peak_dbtp, i))
                   .str();
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
