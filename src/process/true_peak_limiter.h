// SPDX-License-Identifier: MIT
// true_peak_limiter: turns the signal down just where, and just as much as, its inter-sample peaks
// would pass the ceiling, with look-ahead, all channels alike. Not a clipper and not a compressor:
// below the ceiling it is a pure delay, to the bit. How it works, its figures and bounds:
// docs/theory/limiter.md.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "dsp/box_smoother.h"
#include "dsp/ramp.h"
#include "dsp/sliding_max.h"
#include "units/gain.h"
#include "units/level.h"
#include "units/param_spec.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

namespace gainstage::process {

// clang-format off
inline constexpr ParamSpec true_peak_limiter_params[] = {
    // id          label         unit         min    default    max
    {"drive",      "Drive",      Unit::db,   -60.0,      0.0,   60.0},
    {"ceiling",    "Ceiling",    Unit::dbtp, -24.0,     -1.0,    0.0},
    {"release",    "Release",    Unit::ms,     5.0,     60.0, 1000.0},
    {"lookahead",  "Look-ahead", Unit::ms,     0.5,      3.0,   10.0},
};

// clang-format on

/// What the limiter did since it was last asked.
struct LimiterActivity {
    Gain max_reduction;               ///< positive
    Gain mean_reduction;              ///< of the mean gain over the frames; positive
    std::uint64_t frames = 0;         ///< put out
    std::uint64_t limited_frames = 0; ///< turned down by more than 0.1 dB
};

/// All channels get one gain, so that nothing moves in the stereo image.
///   in      finite or not: a sample that isn't a number, or beyond 1e18, is taken as silence and
///   counted out     latency_frames() later; input * drive * gain, 0 <= gain <= 1, and gain = 1
///   exactly when nothing within reach
///           of the look-ahead passes the ceiling
///   error   gain brings every peak that was seen to the ceiling, never above. What was not seen:
///   tones up to 0.44 fs are
///           read 0.06 dB low at worst (dsp/inter_sample_peaks.h), and the moving gain makes a
///           little of its own; on programme both together stay below 0.05 dB
///           (docs/theory/limiter.md). Whoever promises the ceiling measures the output and lowers
///           the ceiling by what is left: master does.
class TruePeakLimiter {
public:
    void prepare(const audio::Spec& spec); // [main, inactive] allocates; throws on an unusable Spec
    void reset() noexcept;                 // [audio] as new, at the set parameters
    void set_drive(Gain drive) noexcept;   // [any] gain before the limiter; ramped over 10 ms
    void set_ceiling(Dbtp ceiling) noexcept; // [any] for peaks that come in from the next block on
    void set_release(Seconds release) noexcept; // [any] time constant after a single peak
    void
    set_lookahead(Seconds lookahead) noexcept;     // [main, inactive] heard from the next prepare()
    void process(audio::AudioView block) noexcept; // [audio] in place; 0..max_frames frames

    [[nodiscard]] int latency_frames() const noexcept { return static_cast<int>(delay_frames_); }

    /// Takes and clears. [one reader, any thread]
    [[nodiscard]] LimiterActivity take_activity() noexcept;

    /// Input samples that were not numbers, since reset(). [any]
    [[nodiscard]] std::uint64_t non_finite_samples() const noexcept {
        return non_finite_.load(std::memory_order_relaxed);
    }

private:
    /// The depth (1 - gain) that the gain returns to after peaks: quickly after a single one,
    /// slowly after many.
    class Release {
    public:
        void prepare(double sample_rate_hz);
        void reset() noexcept;
        void set_time(double release_s) noexcept;
        void process(std::span<float> depths) noexcept; ///< in place
        void skip(std::size_t frames) noexcept;         ///< as process() on zeros while is_clear()
        [[nodiscard]] bool is_clear() const noexcept;

    private:
        void next_slot() noexcept;

        static constexpr std::size_t slots = 8;
        double sample_rate_hz_ = 48000.0;
        double fast_ = 0.0, charge_ = 0.0, slow_ = 0.0; // shares per frame
        double depth_ = 0.0, slow_depth_ = 0.0;
        std::array<float, slots> held_{}; // the largest demand in each of the last slots
        float running_ = 0.0f;            // in the slot that is being filled
        float held_max_ = 0.0f;           // of held_
        std::size_t slot_ = 0, in_slot_ = 0, slot_frames_ = 1;
    };

    void take_in(audio::AudioView block) noexcept;
    void find_depths(std::size_t frames) noexcept;
    void put_out(audio::AudioView block, bool limiting) noexcept;
    void process_chunk(audio::AudioView block) noexcept;
    void count_activity(std::span<const float> gains) noexcept;

    std::atomic<float> drive_lin_{1.0f};
    std::atomic<float> ceiling_lin_{0.89125094f}; // -1 dBTP
    std::atomic<double> release_s_{0.060};
    double lookahead_s_ = 0.003;

    std::size_t chunk_frames_ = 0; // process() works in chunks of at most this
    std::size_t delay_frames_ = 0;
    std::size_t past_frames_ =
        0; // kept of each channel: the delay, or more where the kernel reads further back
    double heard_release_s_ = 0.0;
    dsp::Ramp drive_;
    dsp::SlidingMax hold_;
    Release release_;
    dsp::BoxSmoother smoother_;
    std::size_t stride_ = 0; // floats from one channel's line to the next
    std::vector<float>
        lines_; // each channel: past_frames_ frames, then the chunk, then room for the kernel
    std::vector<float> control_; // peaks, then depths, then gains of the chunk
    std::vector<float> drives_;

    std::atomic<std::uint64_t> non_finite_{0};
    std::atomic<float> activity_max_depth_{0.0f};
    std::atomic<double> activity_depth_sum_{0.0};
    std::atomic<std::uint64_t> activity_frames_{0};
    std::atomic<std::uint64_t> activity_limited_{0};
};

} // namespace gainstage::process
