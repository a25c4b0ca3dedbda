// SPDX-License-Identifier: MIT
// itu_true_peak: the true peak as a meter with the filter printed in BS.1770 shows it, for those
// who must compare. It reads up to 0.3 dB off: true_peak is the one to trust.
#pragma once

#include "meter/set.h"

#include <array>
#include <vector>

namespace gainstage::meter {

inline constexpr Reading<Dbtp> itu_true_peak{{"itu_true_peak_dbtp", "True peak (ITU)", "dBTP",
                                              "ITU-R BS.1770-5 Annex 2 to the letter: 4x, 48 taps",
                                              2, true, true, false}};

/// Largest magnitude out of the 48-tap, four-phase interpolator of BS.1770-5 Annex 2 since reset(),
/// with silence after the last sample; only if BridgeOptions::itu_true_peak asks for it.
///   in      linear, full scale = 1.0; four times oversampled at every rate
///   out     dBTP; -inf for silence. The samples themselves don't count: none of the four phases
///           passes them on unchanged
///   error   that of the filter: against the curve through the samples, tones to 20 kHz at 48 kHz
///           read between 0.3 dB low and 0.25 dB high
///   cost    a cell is filtered only where its sample peak could beat the maximum so far
class ItuTruePeak {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&itu_true_peak};
    static constexpr std::size_t taps = 12; ///< of a phase

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    void read(Measurement& into) const;

private:
    struct Channel {
        std::array<float, taps - 1> past{}; ///< the last samples, oldest first
        float past_peak = 0.0f;             ///< of those
        float peak = 0.0f;

        void process(std::span<const float> samples, float sample_peak) noexcept;
        [[nodiscard]] float peak_to_the_end() const noexcept;
    };

    bool wanted_ = false;
    std::vector<Channel> channels_;
};

} // namespace gainstage::meter
