// SPDX-License-Identifier: MIT
// DiagramScale: dB to height, for both drawings of the level diagram; and what they read off a
// stage.
#pragma once

#include "report/level_diagram.h"
#include "verdict/zone.h"

namespace gainstage::report {

/// Linear in dB within three parts: 2 units a dB above -30, 1 down to -60, a half below.
class DiagramScale {
public:
    explicit DiagramScale(DiagramRange range) : range_(range) {}

    /// 0 at the bottom, 1 at the top; levels outside are at the edge.
    [[nodiscard]] double position(double level_db) const;

    /// The inverse.
    [[nodiscard]] double level_at(double position) const;

    /// The levels that get a line and a number, from the top.
    [[nodiscard]] std::vector<double> marks() const;

private:
    static double units(double level_db);

    DiagramRange range_;
};

verdict::Zone zone_at(const ZoneEdges& zones, double level_db);

/// From the peak up to the clip point; negative: over it. Absent for silence.
std::optional<double> headroom_db(const DiagramStage& stage);

/// Is the peak over the clip point by so much that one decimal shows it?
bool is_over(double headroom_db);

/// From the noise up to the average. Absent where either is silence or unknown.
std::optional<double> snr_db(const DiagramStage& stage);

} // namespace gainstage::report
