// SPDX-License-Identifier: MIT
// rms: the power of the whole stream, in both conventions. Gated RMS is active_rms.
#pragma once

#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<DbfsRmsMath> rms{
    {"rms_dbfs", "RMS", "dBFS", "mathematical: a full-scale square wave reads 0", 2, true}};
inline constexpr Reading<DbfsRms> rms_aes17{
    {"rms_aes17_dbfs", "RMS (AES17)", "dBFS", "AES17: a full-scale sine reads 0", 2, true}};

/// Root mean square since reset(), DC included.
///   in      linear, full scale = 1.0
///   out     mathematical dBFS (sine -3.01) and AES17 dBFS (sine 0.00), 3.01 dB apart; -inf for
///   silence and before the first frame.
///           The whole stream's is the mean of its channels' powers
///   error   double rounding
class Rms {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&rms, &rms_aes17};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] DbfsRmsMath value() const noexcept;
    [[nodiscard]] DbfsRmsMath channel(int index) const noexcept;
    void read(Measurement& into) const;

private:
    std::uint64_t frames_ = 0;
    std::vector<double> sums_of_squares_;
};

} // namespace gainstage::meter
