// SPDX-License-Identifier: MIT
// bit_depth: how many bits the samples really use, whatever the file says: a 16-bit recording
// exported at 24 bits still uses 16.
#pragma once

#include "dsp/sample_grid.h"
#include "meter/set.h"

#include <vector>

namespace gainstage::meter {

inline constexpr Reading<double> bits_used{
    {"bits_used", "Bits used", "bit", "least word length that holds every sample", 0, true}};

/// The shortest two's complement word, full scale = 1.0, in which every sample since reset() is
/// exact.
///   out     0 to 24; 0 for silence; nothing where 24 bits aren't enough: floating point, a lossy
///           codec, 32-bit words that use more. The whole stream's is its channels' most
///   cost    almost nothing once all 24 bits are seen in use or a sample lies between the words
class BitDepth {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&bits_used};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    void read(Measurement& into) const;

private:
    std::vector<dsp::GridUse> channels_;
};

} // namespace gainstage::meter
