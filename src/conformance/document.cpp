// SPDX-License-Identifier: MIT
#include "conformance/document.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace gainstage::conformance {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* introduction =
    R"(# Conformance: what the meters read of published test signals

Made by `gainstage conformance --markdown`; a test compares this page with what the meters read now.

Every signal is synthesised at 44.1, 48, 96 and 192 kHz from its description in the standard. *Asked* is what the standard
wants, with its tolerance. *Ideal* is what a faultless meter reads of this very signal, computed from the definitions without
samples or filters: -23 dBFS at 1000 Hz is -22.993 LUFS, since K-weighting is defined at 997 Hz. A case passes if it is
within the tolerance, and within a tenth of it from the ideal. Of several signals or a value over time, the one that is
furthest off is shown.

Not here: Tech 3341 cases 7 and 8 and Tech 3342 cases 5 and 6 are recordings that only the EBU has; for them and for all of
the EBU's own files: `gainstage conformance --ebu-files FOLDER`. Of BS.2217, the files with voice, music and the frequency
sweep are the ITU's and are not synthesised. RMS, crest and DR have no tolerance in their standards; the ones here are ours.
)";

/// JSON has no infinity: silence is null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

std::string rate_name(Hertz rate) { return fmt::format("{:g}", rate.value() / 1000.0); }

std::string heading(const std::string& document) {
    std::string out =
        fmt::format("\n## {}\n\n| case | signal | reading | asked | ideal |", document);
    for (const Hertz rate : case_rates) {
        out += fmt::format(" {} kHz |", rate_name(rate));
    }
    out += " |\n|---|---|---|---|--:|";
    for (std::size_t i = 0; i < std::size(case_rates); ++i) {
        out += "--:|";
    }
    return out + "---|\n";
}

std::string line(const Row& row) {
    const Outcome& first = *row.first;
    const meter::ReadingSpec& reading = *first.expectation.reading;
    std::string out = fmt::format("| {} | {} | {}{}{} | {} | {} |", first.number, first.signal,
                                  reading.label, reading.unit.empty() ? "" : ", ", reading.unit,
                                  asked(first.expectation), figure(first.expectation.ideal));
    for (const Hertz rate : case_rates) {
        const auto at = std::ranges::find_if(
            row.rates, [rate](const Outcome* outcome) { return outcome->sample_rate == rate; });
        out += at == row.rates.end() ? " |" : " " + figure((*at)->measured) + " |";
    }
    return out + (row.passes() ? " pass |\n" : " **FAILS** |\n");
}

} // namespace

bool Row::passes() const noexcept {
    return std::ranges::all_of(rates, [](const Outcome* outcome) { return outcome->passes(); });
}

std::vector<Row> rows(std::span<const Outcome> outcomes) {
    std::vector<Row> out;
    for (const Outcome& outcome : outcomes) {
        const auto same = std::ranges::find_if(out, [&](const Row& row) {
            return row.first->document == outcome.document && row.first->number == outcome.number &&
                   row.first->signal == outcome.signal &&
                   row.first->expectation.reading == outcome.expectation.reading;
        });
        if (same == out.end()) {
            out.push_back({&outcome, {&outcome}});
        } else {
            same->rates.push_back(&outcome);
        }
    }
    return out;
}

std::string asked(const Expectation& expectation) {
    if (std::isinf(expectation.expected)) {
        return "silence";
    }
    return expectation.below == expectation.above
               ? fmt::format("{:.2f} ±{:g}", expectation.expected, expectation.below)
               : fmt::format("{:.2f} +{:g}/-{:g}", expectation.expected, expectation.above,
                             expectation.below);
}

std::string figure(double value) {
    if (std::isnan(value)) {
        return "nothing";
    }
    if (std::isinf(value)) {
        return "silence";
    }
    const std::string text = fmt::format("{:.3f}", value);
    return text == "-0.000" ? "0.000" : text;
}

std::string to_json(std::span<const Outcome> outcomes) {
    Json list = Json::array();
    std::size_t failed = 0;
    for (const Outcome& outcome : outcomes) {
        const Expectation& asked = outcome.expectation;
        const bool passes = outcome.passes();
        failed += passes ? 0 : 1;
        list.push_back({{"document", outcome.document},
                        {"case", outcome.number},
                        {outcome.synthesised ? "signal" : "file", outcome.signal},
                        {"sample_rate_hz", outcome.sample_rate.value()},
                        {"reading", std::string(asked.reading->key)},
                        {"expected", number(asked.expected)},
                        {"tolerance_below", asked.below},
                        {"tolerance_above", asked.above},
                        {"ideal", outcome.synthesised ? number(asked.ideal) : Json(nullptr)},
                        {"measured", number(outcome.measured)},
                        {"pass", passes}});
        if (outcome.failure) {
            list.back()["error"] = outcome.failure->message();
        }
    }
    const Json document = {{"schema", {{"name", "gainstage.conformance"}, {"version", 1}}},
                           {"version", GAINSTAGE_VERSION},
                           {"passed", outcomes.size() - failed},
                           {"failed", failed},
                           {"cases", list}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string to_markdown(std::span<const Outcome> outcomes) {
    std::string out = introduction;
    std::string document;
    for (const Row& row : rows(outcomes)) {
        if (row.first->document != document) {
            document = row.first->document;
            out += heading(document);
        }
        out += line(row);
    }
    return out;
}

} // namespace gainstage::conformance
