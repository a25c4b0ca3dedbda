// SPDX-License-Identifier: MIT
// noise_floor: the quietest passage. It knows no noise from music: that it is noise is the
// listener's inference.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<DbfsRmsMath> noise_floor{{"noise_floor_dbfs", "Noise floor", "dBFS",
                                                   "quietest 400 ms, mathematical RMS without DC",
                                                   2, true}};

/// RMS of the quietest 400 ms, on a 10 ms grid, among those without digital silence: a window with
/// 10 ms of nothing but zeros is an edit or a gate, not noise. DC doesn't count.
///   in      linear, full scale = 1.0
///   out     mathematical dBFS. The whole stream's: the window whose mean power over the channels
///   is least, where silence is
///           silence in all of them. Nothing if there is no such window; -inf for pure DC
///   error   an upper bound: where the material never pauses for 400 ms, the noise is lower than
///   this
class NoiseFloor {
public:
    static constexpr Needs needs{.windows = true};
    static constexpr const ReadingSpec* readings[] = {&noise_floor};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] std::optional<DbfsRmsMath> value() const noexcept;
    [[nodiscard]] std::optional<DbfsRmsMath> channel(int index) const noexcept;
    void read(Measurement& into) const;

private:
    double least_; ///< power; infinite: none yet
    std::vector<double> channel_least_;
    int cells_since_silence_ = 0; ///< whole cells since the last that was zero in every channel
};

} // namespace gainstage::meter
