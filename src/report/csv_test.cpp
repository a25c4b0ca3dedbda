// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "report/csv.h"
#include "support/example_production.h"

#include <algorithm>
#include <sstream>

using namespace gainstage;

namespace {

/// Rows of fields, by RFC 4180's own grammar.
std::vector<std::vector<std::string>> parsed(const std::string& csv) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row(1);
    bool quoted = false;
    for (std::size_t i = 0; i < csv.size(); ++i) {
        if (quoted) {
            if (csv[i] != '"') {
                row.back() += csv[i];
            } else if (i + 1 < csv.size() && csv[i + 1] == '"') {
                row.back() += csv[++i];
            } else {
                quoted = false;
            }
        } else if (csv[i] == '"') {
            quoted = true;
        } else if (csv[i] == ',') {
            row.emplace_back();
        } else if (csv.compare(i, 2, "\r\n") == 0) {
            rows.push_back(row);
            row.assign(1, "");
            ++i;
        } else {
            row.back() += csv[i];
        }
    }
    return rows;
}

std::string
at(const std::vector<std::vector<std::string>>& rows, std::size_t row, const std::string& key) {
    const auto column = std::ranges::find(rows[0], key) - rows[0].begin();
    REQUIRE(column < std::ssize(rows[0]));
    return rows[row][static_cast<std::size_t>(column)];
}

} // namespace

TEST_CASE("CSV: a header, a row a file, as many fields in each, full precision, silence and "
          "absence told apart") {
    measure::MeasuredFile loud;
    loud.measurement = test::example_measurement({});
    test::set_reading(loud.measurement, "integrated_lufs", -18.123456789012345);
    measure::MeasuredFile silent;
    silent.measurement = test::silent_measurement();
    const std::vector<report::Outcome<measure::MeasuredFile>> files = {
        {"a, \"b\".wav", loud},
        {"silent.wav", silent},
        {"bad.wav",
         Error{ErrorKind::unreadable, "bad.wav", "is not an audio file", "look inside"}}};
    const auto rows = parsed(report::meter_csv(files));
    REQUIRE(rows.size() == 4);
    for (const auto& row : rows) {
        CHECK(row.size() == rows[0].size());
    }
    CHECK(at(rows, 1, "path") == "a, \"b\".wav");
    CHECK(std::stod(at(rows, 1, "integrated_lufs")) == -18.123456789012345);
    CHECK(at(rows, 1, "sample_rate_hz") == "48000");
    CHECK(at(rows, 1, "correlation").empty()); // mono
    CHECK(at(rows, 1, "error").empty());
    CHECK(at(rows, 1, "partial") == "false");
    CHECK(at(rows, 1, "layout") == "mono");
    CHECK(at(rows, 1, "dual_mono") == "false");
    CHECK(at(rows, 1, "gating") == "bins of 0.01 dB");
    CHECK(at(rows, 1, "non_finite_samples") == "0");
    CHECK(at(rows, 2, "sample_peak_dbfs") == "-inf");
    CHECK(at(rows, 2, "crest_factor_db").empty());
    CHECK(at(rows, 3, "path") == "bad.wav");
    CHECK(at(rows, 3, "frames").empty());
    CHECK(at(rows, 3, "error") == "bad.wav: is not an audio file; look inside");
}

TEST_CASE("CSV of nothing is the header alone") {
    CHECK(parsed(report::meter_csv({})).size() == 1);
}
