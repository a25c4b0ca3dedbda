// SPDX-License-Identifier: MIT
#include "app/needles.h"

#include "audio/io/source.h"
#include "report/csv.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace gainstage::app {

void NeedleOptions::add_to(CLI::App& verb) {
    std::string all;
    for (const ballistics::Meter& one : ballistics::meters()) {
        all += (all.empty() ? "" : ", ") + std::string(one.name);
    }
    verb.add_option("--meters", names,
                    "Also read meters with ballistics, into the series and the table: any of " +
                        all);
    verb.add_option("--alignment", alignment_dbfs,
                    "Where VU and PPMs have their alignment mark, in dBFS (default -18, EBU R 68)")
        ->check(CLI::Range(-60.0, 0.0));
}

Result<ballistics::RackOptions> NeedleOptions::rack() const {
    ballistics::RackOptions options;
    options.alignment = Dbfs{alignment_dbfs};
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
                                const std::vector<std::filesystem::path>& paths,
                                const meter::BridgeOptions& measuring) {
    Needles needles;
    auto rack = options.rack();
    if (!rack) {
        return rack.error();
    }
    needles.options_ = std::move(*rack);
    needles.measuring_ = measuring;
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

void Needles::read(const report::Outcome<measure::MeasuredFile>& file,
                   const std::filesystem::path& path,
                   const audio::io::Watch& watch) {
    last_ = {};
    if (options_.kinds.empty() || !file.result) {
        return;
    }
    const audio::io::Watch stop_only{.stop = watch.stop, .progress = {}};
    auto series = measure::read_needles(path, options_, measuring_, stop_only);
    if (!series) {
        return; // stopped: measuring the same file just went well
    }
    last_ = std::move(*series);
    text_ += (text_.empty() ? "\nHighest readings\n" : "") + file.path.string() + ":";
    for (std::size_t i = 0; i < last_.columns.size(); ++i) {
        const auto& column = last_.columns[i];
        const ballistics::Meter& meter = ballistics::meter_of(column.kind);
        const auto highest = static_cast<double>(last_.highest(i, 0, last_.rows()));
        const std::string value = std::isnan(highest)   ? "-"
                                  : std::isinf(highest) ? "silence"
                                                        : fmt::format("{:.1f}", highest);
        text_ += column.channel <= 0
                     ? fmt::format("{}{} {}", i == 0 ? " " : ", ", meter.label, value)
                     : fmt::format(" / {}", value);
        if (!meter.unit.empty() && (column.channel < 0 || column.channel + 1 == last_.channels)) {
            text_ += fmt::format(" {}", meter.unit);
        }
    }
    text_ += "\n";
}

std::string Needles::series_header() const {
    return report::series_header(options_.kinds, channels_);
}

std::string Needles::series_rows(const report::Outcome<measure::MeasuredFile>& file) const {
    return report::series_rows(file, last_, channels_);
}

} // namespace gainstage::app
