// SPDX-License-Identifier: MIT
// sample_peak: the largest sample. Not what a converter puts out between samples: that is
// true_peak.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<Dbfs> sample_peak{
    {"sample_peak_dbfs", "Sample peak", "dBFS", "20 log10 max |x|", 2, true}};

/// Largest |x| since reset().
///   in      linear, full scale = 1.0
///   out     dBFS; -inf for digital silence
///   error   none
class SamplePeak {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&sample_peak};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] Dbfs value() const noexcept; ///< of all channels
    [[nodiscard]] Dbfs channel(int index) const noexcept;
    void read(Measurement& into) const;

private:
    std::vector<float> peaks_;
};

} // namespace gainstage::meter
