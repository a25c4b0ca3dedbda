// SPDX-License-Identifier: MIT
// digital_silence: how long every channel is exactly zero, at the start, at the end, and at most.
// What is merely quiet is noise_floor's.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<Seconds> leading_silence{
    {"leading_silence_s", "Silence before", "s", "all samples 0", 3, false, false}};
inline constexpr Reading<Seconds> trailing_silence{
    {"trailing_silence_s", "Silence after", "s", "all samples 0", 3, false, false}};
inline constexpr Reading<Seconds> longest_silence{{"longest_silence_s", "Longest silence", "s",
                                                   "all samples 0; from 20 ms on", 3, false,
                                                   false}};

/// Runs of frames in which no channel holds anything but zero.
///   out     seconds. A stream that is nothing else: its whole length, three times. A run inside
///           that is shorter than 20 ms may be missed by the longest; start and end are exact
///   note    a sample that is no number is taken as zero, as everywhere
class DigitalSilence {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&leading_silence, &trailing_silence,
                                                      &longest_silence};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    void read(Measurement& into) const;

private:
    bool heard_ = false;
    std::uint64_t leading_ = 0; ///< in frames, once heard_
    std::uint64_t run_ = 0;     ///< that ends now
    std::uint64_t longest_ = 0;
};

} // namespace gainstage::meter
