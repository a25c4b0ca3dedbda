// SPDX-License-Identifier: MIT
// dynamic_range: DR, as known from the TT meter and the DR database: how far the loudest fifth of
// the music lies below its peaks. Loudness range is another thing.
#pragma once

#include "meter/set.h"

#include <array>

namespace gainstage::meter {

inline constexpr Reading<Gain> dynamic_range{
    {"dr_db", "DR", "dB", "Measuring DR v1.3; the database rounds it", 2, true, false}};

/// Second highest block peak over the RMS of the loudest 20 % of blocks of 3 s, in each channel;
/// the whole stream's is the channels' mean.
///   in      linear
///   out     dB with the RMS in AES17's sense: sine 0, square -3.01. Nothing before 3 s and for
///           silence. A silent channel among others is left out of the mean; what is left after the
///           last whole block doesn't count; of one block, its own peak is taken
///   error   blocks lie on the 10 ms grid: 3.000 s, where the paper's are 3.004 s at 44.1 kHz. A
///           bin of 0.1 dB is cut by the mean of its blocks; all others are exact
///   source  Algorithmix, "Measuring DR", v1.3 (2009)
class DynamicRange {
public:
    static constexpr Needs needs{};
    static constexpr const ReadingSpec* readings[] = {&dynamic_range};

    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main] 19 kB a channel
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] std::optional<Gain> channel(int index) const noexcept;
    void read(Measurement& into) const;

private:
    struct Bin {
        std::uint64_t blocks = 0;
        double power = 0.0; ///< of all of them together
    };

    struct Channel {
        std::array<Bin, 1200> bins{}; ///< -100 to +20 dB in steps of 0.1 dB
        double sum_of_squares = 0.0;  ///< of the open block
        float peak = 0.0f;
        float highest = 0.0f; ///< of the blocks that are done
        float second = 0.0f;
    };

    void close_block() noexcept;

    std::vector<Channel> channels_;
    std::uint64_t frames_ = 0; ///< of the open block
    int cells_ = 0;
    std::uint64_t blocks_ = 0;
};

} // namespace gainstage::meter
