// SPDX-License-Identifier: MIT
// dc_offset: the mean of the samples.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<double> dc_offset{
    {"dc_offset", "DC offset", "", "mean of the samples, linear", 5, true}};

/// Mean since reset().
///   in      linear, full scale = 1.0
///   out     linear, signed. The whole stream's is the channel's value of the largest magnitude.
///   Nothing without frames error   double rounding note    more than 0.001 in magnitude (-60 dBFS)
///   is worth a remark
class DcOffset {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&dc_offset};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] std::optional<double> value() const noexcept;
    [[nodiscard]] std::optional<double> channel(int index) const noexcept;
    void read(Measurement& into) const;

private:
    std::uint64_t frames_ = 0;
    std::vector<double> sums_;
};

} // namespace gainstage::meter
