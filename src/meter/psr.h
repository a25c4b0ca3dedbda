// SPDX-License-Identifier: MIT
// psr: peak to short-term loudness ratio, the least of a stream: the moment that was squeezed
// hardest. Derived from true peak and short-term loudness, but window by window.
#pragma once

#include "meter/loudness.h"
#include "meter/true_peak.h"

namespace gainstage::meter {

inline constexpr Reading<Gain> psr_min{
    {"psr_min_db", "Least PSR", "dB", "true peak - short-term loudness, least over time"}};

/// The least, over 3 s windows each 100 ms, of the window's true peak minus its short-term
/// loudness.
///   in      linear, full scale = 1.0
///   out     dB. Only windows count whose loudness is above -70 LUFS and above the relative gate of
///   the integrated loudness, I - 10 LU: in a
///           fade or a pause the ratio says nothing about limiting. A stereo 997 Hz sine in phase:
///           0.0 dB. Nothing for a stream under 3 s or silence
///   error   the gate is cut at 0.1 LU
///   source  AES 143rd Convention, 2017, e-library 19324
class Psr {
public:
    static constexpr Needs needs{.loudness = true, .true_peak_hops = true};
    static constexpr const ReadingSpec* readings[] = {&psr_min};

    Psr();                                                               // [main]
    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] std::optional<Gain> current() const noexcept; ///< of the window that ended last
    [[nodiscard]] std::optional<Gain> least(Lufs gate) const noexcept;
    void read(Measurement& into) const; ///< after Loudness

private:
    static constexpr std::size_t hops_a_window = cells_a_short_term / cells_a_hop;

    std::array<float, hops_a_window> hop_peaks_{};
    std::size_t next_hop_ = 0;
    float open_peak_ = 0.0f;
    std::optional<double> current_db_;
    std::vector<double> least_db_; ///< by short-term loudness, in steps of 0.1 LU
};

} // namespace gainstage::meter
