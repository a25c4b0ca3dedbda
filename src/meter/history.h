// SPDX-License-Identifier: MIT
// history: levels over time, for pictures. Constant memory: when it is full, neighbours are merged
// and the hop doubles.
#pragma once

#include "meter/loudness.h"
#include "meter/true_peak.h"

namespace gainstage::meter {

/// Fills Measurement::history: the maxima of momentary and short-term loudness and of true peak in
/// each hop of 0.1 s, 0.2 s, 0.4 s…
///   out     at most BridgeOptions::history_points; the last one covers what is left. Before a
///   window is full: -inf
class HistoryRecorder {
public:
    static constexpr Needs needs{.loudness = true, .true_peak_hops = true};
    static constexpr std::array<const ReadingSpec*, 0> readings{};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    void read(Measurement& into) const;

private:
    /// Linear: power and amplitude. Decibels are taken only when it is read.
    struct Point {
        double momentary_power = 0.0;
        double short_term_power = 0.0;
        float true_peak = 0.0f;

        void include(const Point& other) noexcept;
    };

    void close() noexcept;

    std::size_t most_points_ = 0;
    std::vector<Point> points_; ///< capacity most_points_ from prepare() on
    Point open_;
    std::uint64_t open_cells_ = 0; ///< cells in open_
    std::uint64_t cells_a_point_ = cells_a_hop;
};

} // namespace gainstage::meter
