// SPDX-License-Identifier: MIT
// correlation: how alike left and right are, over the whole stream.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<double> correlation{
    {"correlation", "Correlation", "", "sum(l r) / sqrt(sum(l^2) sum(r^2)), first two channels",
     3}};

/// Of the first two channels since reset(): +1 the same, 0 nothing in common, -1 inverted.
///   in      linear
///   out     -1..+1; nothing for mono, or if either channel is silent
///   error   double rounding
class Correlation {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&correlation};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] std::optional<double> value() const noexcept;
    void read(Measurement& into) const;

private:
    double product_ = 0.0;
    double left_squares_ = 0.0;
    double right_squares_ = 0.0;
};

} // namespace gainstage::meter
