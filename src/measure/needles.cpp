// SPDX-License-Identifier: MIT
#include "measure/needles.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gainstage::measure {
float NeedleSeries::highest(std::size_t column, std::size_t first, std::size_t count) const {
    float most = std::numeric_limits<float>::quiet_NaN();
    for (std::size_t row = first; row < std::min(first + count, rows()); ++row) {
        most = std::fmax(most, at(row, column)); // of a NaN and a number the number
    }
    return most;
}

NeedleSeries::Summary NeedleSeries::summary(std::size_t column) const {
    const auto reading = [](float value) {
        return std::isnan(value) ? std::nullopt : std::optional(static_cast<double>(value));
    };
    Summary summary;
    summary.highest = reading(highest(column, 0, rows()));
    double sum = 0.0;
    std::size_t count = 0;
    for (std::size_t row = 0; row < rows(); ++row) {
        if (std::isfinite(at(row, column))) {
            sum += static_cast<double>(at(row, column));
            ++count;
        }
    }
    if (count > 0) {
        summary.mean = sum / static_cast<double>(count);
    }
    if (rows() > 0) {
        summary.last = reading(at(rows() - 1, column));
    }
    return summary;
}

NeedleReader::NeedleReader(const audio::Spec& spec,
                           const ballistics::RackOptions& options,
                           const meter::BridgeOptions& measuring)
    : sample_rate_(spec.sample_rate) {
    rack_.prepare(spec, options, measuring);
    series_.channels = spec.channels();
    for (const ballistics::Shown& shown : rack_.take()) {
        series_.columns.push_back({shown.kind, shown.channel});
    }
}

void NeedleReader::add_row() {
    for (const ballistics::Shown& shown : rack_.take()) {
        series_.values.push_back(shown.value ? static_cast<float>(*shown.value)
                                             : std::numeric_limits<float>::quiet_NaN());
    }
}

void NeedleReader::process(audio::ConstAudioView block) {
    std::size_t at = 0;
    while (at < block.frames()) { // a row where each 0.1 s of the meters' grid ends
        const std::uint64_t end = meter::cell_start(next_cell_, sample_rate_);
        const auto frames = std::min<std::uint64_t>(block.frames() - at, end - frames_);
        rack_.process(block.slice(at, frames));
        at += frames;
        frames_ += frames;
        if (frames_ == end) {
            add_row();
            next_cell_ += meter::cells_a_hop;
        }
    }
}

NeedleSeries NeedleReader::finish() {
    if (frames_ > meter::cell_start(next_cell_ - meter::cells_a_hop, sample_rate_)) {
        rack_.finish();
        add_row();
    }
    return std::move(series_);
}

} // namespace gainstage::measure
