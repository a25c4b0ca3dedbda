// SPDX-License-Identifier: MIT
// stereo_image: what the first two channels are to each other in level: balance, width, and what
// folding them to mono costs. How alike their waveforms are is correlation.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<Gain> balance{{"balance_db", "Balance", "dB",
                                        "RMS left over right; above 0: left is louder", 2, false,
                                        false}};
inline constexpr Reading<double> stereo_width{
    {"stereo_width", "Width", "", "RMS of the sides over the middle: 0 mono, 1 unrelated", 3, false,
     false}};
inline constexpr Reading<Gain> mono_loss{{"mono_loss_db", "Mono loss", "dB",
                                          "RMS of (L+R)/2 over that of both: 0 alike, -3 unrelated",
                                          2, false, false}};

/// Of the first two channels since reset(), DC included.
///   in      linear
///   out     balance: 20 log10(RMS(L) / RMS(R)); nothing where either is silent.
///           width: RMS((L-R)/2) / RMS((L+R)/2); nothing for silence or without any middle.
///           mono loss: 20 log10(sqrt(2) RMS((L+R)/2) / sqrt(mean(L^2) + mean(R^2))); -inf where
///           nothing is left; nothing for silence. All nothing for mono
///   error   double rounding of the sums: a middle or side 150 dB below the other reads as none
class StereoImage {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&balance, &stereo_width, &mono_loss};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    void read(Measurement& into) const;

private:
    double left_squares_ = 0.0;
    double right_squares_ = 0.0;
    double product_ = 0.0;
};

} // namespace gainstage::meter
