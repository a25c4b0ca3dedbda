// SPDX-License-Identifier: MIT
#include "report/csv.h"

#include "report/escape.h"
#include "report/figures.h"

#include <fmt/format.h>

namespace gainstage::report {
namespace {

constexpr const char* line_end = "\r\n"; // RFC 4180, section 2, rule 1

std::string row(const std::filesystem::path& path, const meter::Measurement& measured) {
    std::string out = csv_field(path.string());
    const double duration_s =
        measured.sample_rate.value() > 0.0 ? measured.duration().value() : 0.0;
    out += fmt::format(",{},{},{},{}", full_precision(measured.sample_rate.value()),
                       measured.layout.channels(), measured.frames, full_precision(duration_s));
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        const auto value = measured.value(reading->key);
        out += ',' + (value ? full_precision(*value) : std::string{});
    }
    return out + ',' + line_end;
}

} // namespace

std::string meter_csv(std::span<const Outcome<measure::MeasuredFile>> files) {
    std::string out = "path,sample_rate_hz,channels,frames,duration_s";
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        out += ',' + csv_field(reading->key);
    }
    out += std::string(",error") + line_end;
    const std::size_t empty_fields = 4 + meter::Bridge::readings().size();
    for (const auto& file : files) {
        if (file.result) {
            out += row(file.path, file.result->measurement);
        } else {
            out += csv_field(file.path.string()) + std::string(empty_fields + 1, ',') +
                   csv_field(file.result.error().message()) + line_end;
        }
    }
    return out;
}

} // namespace gainstage::report
