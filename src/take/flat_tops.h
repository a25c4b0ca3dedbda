// SPDX-License-Identifier: MIT
// FlatTops: peaks cut off at one level below full scale, as an analogue stage leaves them that
// clipped before the converter, or a clipped file that was turned down. Not full-scale runs (the
// bridge counts those), not soft saturation, and not what a look-ahead limiter does: its peaks
// share a level too, but they are round.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

/// One peak without its top.
struct FlatTop {
    int channel = 0;
    std::uint64_t first_frame = 0;
    std::uint64_t frames = 0;
    float level =
        0.0f; ///< linear, with its sign: the two sides of an amplifier may clip at different levels
};

/// All flat tops of one stream.
struct FlatTopsFound {
    static constexpr std::size_t max_listed = 256;

    std::uint64_t count = 0;
    std::vector<FlatTop> first; ///< in order of time, at most max_listed
};

/// Finds them, in one pass and constant memory, each channel and each side of zero for itself.
///
/// An excursion is what lies between two zero crossings. Its top is flat if the signal stays within
/// 0.5 % of its maximum nearly as long as within 2 %: a round top (a sine's, a limiter's) stays
/// half as long, because time grows with the square root of depth; a cut one 0.8 to 1 times as
/// long. A few such tops happen in any music; cut ones share a level, and nothing rises above it.
///   in      linear, full scale 1.0; NaN and Inf are taken as silence
///   finds   tonal peaks cut by 0.5 dB or more, three or more of them; noise up to 0.15 % (-56 dB)
///   of the cut level on top misses  tops shorter than three samples (cymbals), levels that were
///   automated after clipping, tilted tops (a coupling
///           capacitor of more than about 20 Hz behind the clipping stage), clipped lossy files
///   errs    on waveforms that are flat by design and played at one level; a square wave (flat for
///   over 95 % of each half
///           wave) is left out
class FlatTops {
public:
    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    /// Everything so far. [main, not while process() runs]
    [[nodiscard]] FlatTopsFound found() const;

private:
    /// Excursions whose tops lie within 0.05 dB.
    struct Bin {
        std::uint32_t tops = 0;
        std::uint32_t flats = 0; ///< those of them that are flat
        float score = 0.0f; ///< of the flat tops, their samples beyond the first, at most 8 a top
        float share = 0.0f; ///< of the flat tops, the part of their excursion that is flat, summed
    };

    using Histogram = std::vector<Bin>;

    /// One side of zero of one channel.
    struct Side {
        Histogram histogram;
        std::vector<FlatTop> candidates; ///< flat tops near the highest so far
        float highest = 0.0f;
        float highest_flat = 0.0f;
    };

    /// What was seen at the top of one excursion.
    struct Top {
        float level = 0.0f;       ///< of the flat part, or the maximum
        float flat_frames = 0.0f; ///< 0: round
        std::size_t first = 0;
        std::size_t frames = 0;
    };

    struct Channel {
        Side sides[2];                ///< above zero, below zero
        std::vector<float> excursion; ///< magnitudes since the last zero crossing
        std::size_t length = 0;
        float last = 0.0f;
        float quantum =
            1.0f; ///< smallest step between neighbours: what the stream was once quantised to
    };

    std::vector<Channel> channels_;
    std::vector<float> scratch_;
    std::uint64_t frame_ = 0;

    void close_excursion(Channel& channel, int index, std::uint64_t end_frame) noexcept;
    [[nodiscard]] Top top_of(std::span<const float> excursion, float highest) noexcept;
    static void keep(Side& side, const FlatTop& top) noexcept;
    static std::optional<std::size_t> clip_level(const Histogram& histogram);
    static void collect(const Side& side, std::size_t level, FlatTopsFound& found);
};

} // namespace gainstage::take
