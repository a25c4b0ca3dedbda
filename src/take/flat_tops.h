// SPDX-License-Identifier: MIT
// FlatTops: peaks cut off at one level, as an analogue stage leaves them that clipped before the
// converter, or a clipped file that was turned down or converted since. Not full-scale runs (the
// bridge counts those), not gentle saturation, and not what a look-ahead limiter does: its peaks
// share a level too, but they are round.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "take/ceiling.h"
#include "take/common_level.h"
#include "take/cut_peaks.h"
#include "take/level_histogram.h"
#include "take/top_shape.h"
#include "units/gain.h"

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
    Gain depth; ///< what is missing on top, estimated: a sine through its flanks; 0 to 24 dB; 0 if
                ///< `by_level_only`
    bool exact = false;         ///< its samples are the same to the last bit: cut off in a file
    bool by_level_only = false; ///< only its level says so, not what is around it
};

/// All flat tops of one stream.
struct FlatTopsFound {
    static constexpr std::size_t max_listed = 256;

    std::uint64_t count = 0;
    std::uint64_t exact = 0;         ///< of them
    std::vector<FlatTop> first;      ///< in order of time, at most max_listed
    std::vector<FlatTop> full_scale; ///< those at 0 dBFS and over it: not counted, for their depth
    /// Of channels without any: peaks that end at one level, each in a single sample. A stage that
    /// clips briefly does that, and so does a limiter.
    std::vector<FlatTop> held;
};

/// Finds them, in one pass and constant memory, each channel and each side of zero for itself.
///
/// What lies between two zero crossings is read by the shape of its top (top_shape.h), and all of
/// them are weighed together (level_histogram.h). Where that finds nothing, the highest peaks may
/// still end at one level in single samples (ceiling.h), lie lower than what is around them says
/// (cut_peaks.h), or close together at one level (common_level.h). How much is missing is what the
/// sound around them says (restored_depths.h).
///   in      linear, full scale 1.0; NaN and Inf are taken as silence
///   finds   see docs/reference/take.md: it is measured by bench/take_clipping
///   misses  lone samples of noise and the like, levels that were automated after clipping, tilted
///           tops (a coupling capacitor of more than about 20 Hz behind the clipping stage), most
///           clipped lossy files
///   errs    on waveforms that are flat by design; left out are those flat for over 88 % of each
///           half wave (squares), and where most half waves are flat for over 45 %
class FlatTops {
public:
    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    /// How closely to look.
    enum class Look {
        by_shape, ///< at the tops' shapes only: a fraction of a millisecond a channel
        closely,  ///< then at single samples, too, and at what is missing: some 50 ms a channel, at
                  ///< worst 0.6 s
    };

    /// Everything so far. [main, not while process() runs]
    [[nodiscard]] FlatTopsFound found(Look look = Look::closely) const;

    /// What lies at one level though a converter to another sample rate took that band away since:
    /// some 0.1 s a channel, at worst 1 s. [main, not while process() runs]
    [[nodiscard]] FlatTopsFound found_without(MissingBand missing) const;

    /// Of all channels together: looked at closely again, it finds the same as long as this stays
    /// the same and nothing is found by shape.
    [[nodiscard]] std::uint64_t highest_peaks_seen() const noexcept;

    /// Where to look again if nothing was found: earlier_rates.h. [main, not while process() runs]
    [[nodiscard]] std::vector<Hertz> earlier_rates() const;

    /// Whether a channel is worth it: not where waveforms are flat by design.
    /// [main, not while process() runs]
    [[nodiscard]] bool may_have_clipped_earlier(int channel) const;

    [[nodiscard]] Hertz rate() const noexcept { return rate_; }

private:
    /// One side of zero of one channel.
    struct Side {
        LevelHistogram histogram;
        std::vector<FlatTop> candidates; ///< flat tops near the highest so far
        float highest = 0.0f;
        float highest_flat = 0.0f;
    };

    struct Channel {
        Side sides[2]; ///< above zero, below zero
        TallPeaks tall[2];
        PeaksInContext in_context[2];
        std::vector<float> recent;    ///< the last samples of the block before, then this block
        std::vector<float> excursion; ///< magnitudes since the last zero crossing
        std::size_t length = 0;
        float last = 0.0f;
        float quantum =
            1.0f; ///< smallest step between neighbours: what the stream was once quantised to

        [[nodiscard]] std::vector<PeakInContext> peaks() const; ///< of both sides
    };

    std::vector<Channel> channels_;
    TopReader reader_;
    Hertz rate_{0.0};
    std::uint64_t frame_ = 0;

    void close_excursion(Channel& channel, int index, std::uint64_t end_frame) noexcept;
    static void keep(Side& side, const FlatTop& top) noexcept;
    template <typename Repeats>
    static bool find_by_shape(const Channel& channel, Repeats repeats, FlatTopsFound& found);
    static void list_the_rest(const Channel& channel,
                              int index,
                              std::size_t listed_before,
                              FlatTopsFound& found);
    static void collect(const Side& side, std::size_t level, FlatTopsFound& found);
    void look_for_tall_peaks(Channel& channel, std::span<const float> in) noexcept;
    void find_ceilings(const Channel& channel, int index, FlatTopsFound& found) const;
    static void find_cut_tops(const Channel& channel, int index, FlatTopsFound& found);
    void find_common_levels(const Channel& channel,
                            int index,
                            MissingBand missing,
                            FlatTopsFound& found) const;
    template <typename Peaks, typename Find, typename DepthOf>
    static void list_runs(const Channel& channel,
                          int index,
                          const Peaks (&sides)[2],
                          Find find,
                          DepthOf depth_of,
                          FlatTopsFound& found);
};

} // namespace gainstage::take
