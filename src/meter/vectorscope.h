// SPDX-License-Identifier: MIT
// vectorscope: where the first two channels stood, as a picture. Only if
// BridgeOptions::vectorscope asks for it; correlation and width are numbers of their own.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

/// Counts frames by (l - r) / 2 and (l + r) / 2 since reset(): Measurement::vectorscope.
///   method  one frame in seven is looked at: enough for a picture, and no musical period. The
///           range doubles when a sample needs it; four cells become one
///   out     empty for mono; range 2^-12 for silence
class VectorscopeMeter {
public:
    static constexpr Needs needs{};
    static constexpr std::array<const ReadingSpec*, 0> readings{};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    void read(Measurement& into) const;

private:
    void double_range() noexcept;

    Vectorscope scope_; ///< empty: not asked for
};

} // namespace gainstage::meter
