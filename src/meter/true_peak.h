// SPDX-License-Identifier: MIT
// true_peak: the largest value that the signal takes between its samples. For a proof on a written
// file there is reference_true_peak.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<Dbtp> true_peak{
    {"true_peak_dbtp", "True peak", "dBTP", "ITU-R BS.1770-5 Annex 2", 2, true}};
inline constexpr Reading<Seconds> true_peak_at{
    {"true_peak_at_s", "True peak at", "s", "the sample before it", 2, false, false}};

/// Inter-sample peak since reset(), by the same method at every sample rate.
///   in      linear, full scale = 1.0; DC is kept
///   out     dBTP; -inf for digital silence. Never below the sample peak
///   error   as dsp::TruePeakDetector with 64 taps: tones up to 0.4535 fs (20 kHz at 44.1 kHz)
///           within 0.002 dB. Meters with the four-times filter of Annex 2 read the same or less,
///           on music by up to 0.24 dB
///   note    before and after the stream there is silence, so a stream that begins or ends at full
///           level overshoots
class TruePeak {
public:
    static constexpr Needs needs{.true_peak = true};
    static constexpr const ReadingSpec* readings[] = {&true_peak, &true_peak_at};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] Dbtp value() const noexcept; ///< of all channels
    [[nodiscard]] Dbtp channel(int index) const noexcept;
    void read(Measurement& into) const;

private:
    Hertz sample_rate_;
    std::vector<float> peaks_;
    float largest_ = 0.0f;
    std::uint64_t at_frame_ = 0;
};

} // namespace gainstage::meter
