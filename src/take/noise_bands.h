// SPDX-License-Identifier: MIT
// NoiseBands: the noise under a take, low and high: rumble below 40 Hz and hiss above 2 kHz, by
// minimum statistics (R. Martin, "Noise power spectral density estimation based on optimal
// smoothing and minimum statistics", 2001): what never goes away, in each band for itself. So hiss
// is read under a bass, and rumble under a voice. Hum is mains_hum.h's.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "units/level.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace gainstage::take {

struct NoiseLevels {
    DbfsRmsMath rumble; ///< 5 to 40 Hz
    DbfsRmsMath hiss;   ///< from 2 kHz up
};

/// The least mean square of 0.4 s in each band, channels by mean power; times with digital silence
/// in all channels don't count.
///   in      linear, full scale 1.0; NaN and Inf are taken as silence
///   out     nothing before 0.4 s of sound
///   error   hiss within 1 dB; rumble, of 30 Hz bandwidth, up to 6 dB low, because the least of
///   many short readings of so narrow a band lies under their mean errs    on held notes above 1
///   kHz and on bass below 40 Hz that never stop
class NoiseBands {
public:
    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    [[nodiscard]] std::optional<NoiseLevels> levels() const noexcept;

private:
    static constexpr std::size_t parts = 8; ///< of 50 ms

    /// Second order, transposed direct form II.
    struct Biquad {
        double b0 = 1.0, b1 = 0.0, b2 = 0.0, a1 = 0.0, a2 = 0.0;
    };

    struct State {
        double s1 = 0.0, s2 = 0.0;
    };

    struct Channel {
        std::array<State, 3> rumble{};
        std::array<State, 2> hiss{};
    };

    std::vector<Channel> channels_;
    std::array<Biquad, 3> rumble_{};
    std::array<Biquad, 2> hiss_{};
    std::size_t part_frames_ = 1;
    std::size_t frames_ = 0;       ///< in the part so far
    std::array<double, 3> sums_{}; ///< rumble, hiss, everything
    std::array<std::array<double, parts>, 2> ring_{};
    std::size_t position_ = 0;
    std::uint64_t parts_heard_ = 0; ///< since the last silence
    std::uint64_t settling_ = 0;    ///< parts until the filters have settled
    std::array<double, 2> least_{};
    bool found_ = false;

    static double step(const Biquad& biquad, State& state, double x) noexcept;
    void close_part() noexcept;
};

} // namespace gainstage::take
