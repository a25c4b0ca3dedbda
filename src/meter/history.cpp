// SPDX-License-Identifier: MIT
#include "meter/history.h"

namespace gainstage::meter {

void HistoryRecorder::Point::include(const Point& other) noexcept {
    momentary_power = std::max(momentary_power, other.momentary_power);
    short_term_power = std::max(short_term_power, other.short_term_power);
    true_peak = std::max(true_peak, other.true_peak);
}

void HistoryRecorder::prepare(const audio::Spec&, const BridgeOptions& options) {
    most_points_ = options.history_points;
    points_.clear();
    points_.reserve(most_points_);
}

void HistoryRecorder::reset() noexcept {
    points_.clear();
    open_ = {};
    open_cells_ = 0;
    cells_a_point_ = cells_a_hop;
}

void HistoryRecorder::process(const Cell& cell) noexcept {
    Point now{.momentary_power = cell.momentary_power.value_or(0.0),
              .short_term_power = cell.short_term_power.value_or(0.0)};
    for (const ChannelCell& channel : cell.channels) {
        now.true_peak = std::max(now.true_peak, channel.true_peak);
    }
    if (cell.frames() == 0) { // the end of a stream: only the true-peak filter's rest
        (open_cells_ == 0 && !points_.empty() ? points_.back() : open_).include(now);
        return;
    }
    open_.include(now);
    if (++open_cells_ == cells_a_point_) {
        close();
    }
}

void HistoryRecorder::close() noexcept {
    points_.push_back(open_);
    open_ = {};
    open_cells_ = 0;
    if (points_.size() == most_points_) {
        for (std::size_t i = 0; i < most_points_ / 2; ++i) {
            points_[i] = points_[2 * i];
            points_[i].include(points_[2 * i + 1]);
        }
        points_.resize(most_points_ / 2);
        cells_a_point_ *= 2;
    }
}

void HistoryRecorder::read(Measurement& into) const {
    History& history = into.history;
    history = {};
    history.hop_s = static_cast<double>(cells_a_point_) / cells_a_second;
    const auto put = [&](const Point& point) {
        history.momentary_lufs.push_back(
            static_cast<float>(loudness_of(point.momentary_power).db()));
        history.short_term_lufs.push_back(
            static_cast<float>(loudness_of(point.short_term_power).db()));
        history.true_peak_dbtp.push_back(
            static_cast<float>(Dbtp::from_amplitude(static_cast<double>(point.true_peak)).db()));
    };
    for (const Point& point : points_) {
        put(point);
    }
    if (open_cells_ > 0) {
        put(open_);
    }
}

} // namespace gainstage::meter
