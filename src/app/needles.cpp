// SPDX-License-Identifier: MIT
#include "app/needles.h"

#include "audio/io/source.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace gainstage::app {

void NeedleOptions::add_to(CLI::App& verb, const std::string& what) {
    std::string all;
    for (const ballistics::Meter& one : ballistics::meters()) {
        all += (all.empty() ? "" : ", ") + std::string(one.name);
    }
    verb.add_option("--meters", names, what + ": any of " + all)->capture_default_str();
    verb.add_option("--alignment", alignment_dbfs,
                    "Where VU and PPMs have their alignment mark, in dBFS (default -18, EBU R 68)")
        ->check(CLI::Range(-60.0, 0.0));
    verb.add_flag("--m3", m3, "PPM M and S as M3, (L +- R) - 3 dB, not M6, (L +- R) - 6 dB");
}

Result<ballistics::RackOptions> NeedleOptions::rack() const {
    ballistics::RackOptions options;
    options.alignment = Dbfs{alignment_dbfs};
    options.mid_side = m3 ? ballistics::MidSide::m3 : ballistics::MidSide::m6;
    if (!names.empty()) {
        auto kinds = ballistics::meters_named(names);
        if (!kinds) {
            return kinds.error();
        }
        options.kinds = std::move(*kinds);
    }
    return options;
}

Result<Needles> Needles::create(const NeedleOptions& options,
                                const std::vector<std::filesystem::path>& paths) {
    Needles needles;
    auto rack = options.rack();
    if (!rack) {
        return rack.error();
    }
    needles.options_ = std::move(*rack);
    if (!needles.options_.kinds.empty()) { // the columns must be known before the first file
        for (const auto& path : paths) {
            if (const auto source = audio::io::open(path)) {
                needles.channels_ =
                    std::max(needles.channels_, (*source)->info().layout.channels());
            }
        }
    }
    return needles;
}

void Needles::add(const report::Outcome<measure::MeasuredFile>& file) {
    if (options_.kinds.empty() || !file.result) {
        return;
    }
    const measure::NeedleSeries& series = file.result->needles;
    text_ += (text_.empty() ? "\nHighest readings\n" : "") + file.path.string() + ":";
    for (std::size_t i = 0; i < series.columns.size(); ++i) {
        const auto& column = series.columns[i];
        const ballistics::Meter& meter = ballistics::meter_of(column.kind);
        const auto highest = static_cast<double>(series.highest(i, 0, series.rows()));
        const std::string value = std::isnan(highest)   ? "-"
                                  : std::isinf(highest) ? "silence"
                                                        : fmt::format("{:.1f}", highest);
        text_ += column.channel <= 0
                     ? fmt::format("{}{} {}", i == 0 ? " " : ", ", meter.label, value)
                     : fmt::format(" / {}", value);
        if (!meter.unit.empty() && (column.channel < 0 || column.channel + 1 == series.channels)) {
            text_ += fmt::format(" {}", meter.unit);
        }
    }
    text_ += "\n";
}

} // namespace gainstage::app
