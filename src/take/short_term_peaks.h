// SPDX-License-Identifier: MIT
// ShortTermPeaks: the peak of each 50 ms, for the statistics of peaks. Not a meter: nobody reads
// them one by one.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "units/quantity.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gainstage::take {

/// The largest sample magnitude of any channel in each hop.
///   in      linear, full scale 1.0; NaN and Inf are taken as silence
///   out     linear; an unfinished last hop is left out
///   memory  constant: 65536 hops (54 minutes); then neighbours are merged and the hop doubles
class ShortTermPeaks {
public:
    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    [[nodiscard]] std::span<const float> peaks() const noexcept { return peaks_; }

    /// Between two peaks.
    [[nodiscard]] Seconds hop() const noexcept;

private:
    double sample_rate_ = 1.0;
    std::size_t base_frames_ = 1;
    std::size_t hop_frames_ = 1;
    std::size_t frames_ = 0; ///< in the hop so far
    float open_ = 0.0f;
    std::vector<float> peaks_; ///< capacity from prepare() on

    void close_hop() noexcept;
};

} // namespace gainstage::take
