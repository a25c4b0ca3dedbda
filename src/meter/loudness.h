// SPDX-License-Identifier: MIT
// loudness: integrated, momentary, short-term and range, in EBU mode. Dialogue gating is another
// measurement and is not here.
#pragma once

#include "meter/gate_histogram.h"
#include "meter/gate_list.h"
#include "meter/set.h"

namespace gainstage::meter {

inline constexpr Reading<Lufs> integrated{
    {"integrated_lufs", "Integrated", "LUFS", "ITU-R BS.1770-5 Annex 1"}};
inline constexpr Reading<Lufs> max_momentary{
    {"max_momentary_lufs", "Max momentary", "LUFS", "EBU Tech 3341, 400 ms"}};
inline constexpr Reading<Seconds> max_momentary_at{
    {"max_momentary_at_s", "Max momentary at", "s", "end of the window", 2, false, false}};
inline constexpr Reading<Lufs> max_short_term{
    {"max_short_term_lufs", "Max short-term", "LUFS", "EBU Tech 3341, 3 s"}};
inline constexpr Reading<Seconds> max_short_term_at{
    {"max_short_term_at_s", "Max short-term at", "s", "end of the window", 2, false, false}};
inline constexpr Reading<Gain> loudness_range{
    {"loudness_range_lu", "Loudness range", "LU", "EBU Tech 3342"}};
inline constexpr Reading<Lufs> short_sound{{"short_sound_lufs", "Short sound", "LUFS",
                                            "under 400 ms: momentary, with silence around it", 2,
                                            false, false, false}};

/// -0.691 + 10 log10(power): takes out the K-weighting's gain at 997 Hz.
///   source  ITU-R BS.1770-5 Annex 1, equation (2)
[[nodiscard]] Lufs loudness_of(double weighted_power) noexcept;

/// An empty histogram for the blocks of one stream or many, and the integrated loudness of all that
/// are in one.
[[nodiscard]] GateHistogram loudness_histogram();
[[nodiscard]] Lufs integrated_of(const GateHistogram& blocks) noexcept;

/// Loudness since reset(). LFE doesn't count; weights by loudspeaker as channel_weight.h.
///   in      linear, full scale = 1.0
///   out     integrated: -inf if no block of 400 ms passes the gates, or there is none. Momentary
///   and short-term maxima: on a 10 ms grid,
///           rectangular windows, full ones only, so nothing for a stream shorter than the window;
///           -inf for silence. Their times are those at which a meter would have shown them: the
///           windows' ends. Range: nothing without a short-term value above -70
///   Short sound: of a stream under 400 ms, which BS.1770 has no loudness for: the momentary
///   loudness that a meter shows as it passes between silences, the filter's ringing included;
///   nothing for longer ones error   integrated and range as GateHistogram, or exact
///   (BridgeOptions::exact_gating_blocks). Windows and blocks are cut at the nearest sample source
///   ITU-R BS.1770-5 Annex 1; EBU Tech 3341; EBU Tech 3342, with a short-term value each 100 ms,
///   full windows only: the silence
///           that Tech 3342 has a file meter append is not appended, it would add 15 values that no
///           listener heard
class Loudness {
public:
    static constexpr Needs needs{.loudness = true};
    static constexpr const ReadingSpec* readings[] = {
        &integrated,        &max_momentary,  &max_momentary_at, &max_short_term,
        &max_short_term_at, &loudness_range, &short_sound};

    Loudness();                                                          // [main]
    void prepare(const audio::Spec& spec, const BridgeOptions& options); // [main]
    void reset() noexcept;                                               // [audio]
    void process(const Cell& cell) noexcept;                             // [audio]

    [[nodiscard]] Lufs integrated_value() const;
    [[nodiscard]] std::optional<Lufs> momentary() const noexcept;  ///< of the window that ends now
    [[nodiscard]] std::optional<Lufs> short_term() const noexcept; ///< likewise
    [[nodiscard]] std::optional<Lufs> max_momentary_value() const noexcept;
    [[nodiscard]] std::optional<Lufs> max_short_term_value() const noexcept;
    [[nodiscard]] std::optional<Gain> range() const;
    [[nodiscard]] std::optional<Lufs> short_sound_value() const noexcept; ///< once the stream ended
    [[nodiscard]] bool gates_exactly() const noexcept;
    void read(Measurement& into) const;

private:
    struct Maximum {
        std::optional<double> power;
        std::uint64_t end_frame = 0;

        void offer(const std::optional<double>& candidate, std::uint64_t end) noexcept;
    };

    Hertz sample_rate_;
    bool keep_gate_blocks_ = false;
    GateHistogram blocks_;      ///< 400 ms each 100 ms
    GateHistogram short_terms_; ///< 3 s each 100 ms
    GateList exact_blocks_;     ///< the same again, if it was asked for
    GateList exact_short_terms_;
    double short_power_ = 0.0; ///< times frames: of all that came, while it is under 400 ms
    bool ended_short_ = false;
    std::optional<double> momentary_power_;
    std::optional<double> short_term_power_;
    Maximum max_momentary_;
    Maximum max_short_term_;
};

} // namespace gainstage::meter
