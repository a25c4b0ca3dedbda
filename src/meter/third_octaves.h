// SPDX-License-Identifier: MIT
// third_octaves: the stream's long-term spectrum. Only if BridgeOptions::spectrum asks for it.
#pragma once

#include "dsp/third_octave_bank.h"
#include "meter/set.h"

#include <vector>

namespace gainstage::meter {

/// Mean power in third octaves since reset(): Measurement::spectrum. It is no single number, so it
/// has no reading.
///   out     mathematical dBFS (a full-scale sine in the middle of a band reads -3.01), -inf for
///           silence; power mean over channels
///   error   dsp::ThirdOctaveBank. What the filters ring on after the last sample isn't counted
class ThirdOctaves {
public:
    static constexpr Needs needs{};
    static constexpr std::array<const ReadingSpec*, 0> readings{};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    void read(Measurement& into) const;

private:
    std::vector<dsp::ThirdOctaveBank> channels_; ///< none: not asked for
};

} // namespace gainstage::meter
