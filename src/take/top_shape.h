// SPDX-License-Identifier: MIT
// TopShape: what the top of one half wave is like: round, or flat; whether because a stage cut it
// off is level_histogram.h's.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace gainstage::take {

enum class TopShape {
    narrow,     ///< says nothing
    close_pair, ///< narrow, of two samples alike
    pair,       ///< narrow, of two samples nearly alike
    round,
    flat,
};

/// What was seen at the top of one excursion: what lies between two zero crossings.
struct Top {
    TopShape shape = TopShape::narrow;
    float level = 0.0f;       ///< of the flat part, or the maximum
    float flat_frames = 0.0f; ///< 0: round
    std::size_t first = 0;    ///< frame of the excursion
    std::size_t frames = 0;
    float missing_db = 0.0f; ///< sine_depth_db(), if it isn't round
    bool exact = false;      ///< three samples and more, the same to the last bit
};

/// A top is flat if it is nearly as wide close under its maximum as far under it: a round top's
/// width grows with the square root of the depth, a cut one's hardly. Long ones are read through
/// their noise; those that ring by the samples at their median.
class TopReader {
public:
    void prepare(std::size_t longest_excursion_frames); // [main] allocates

    /// Whether a top this high could be flat because it was quantised. [audio]
    static bool is_too_soft(float highest, float quantum) noexcept;

    /// `excursion`: magnitudes, not empty; `highest` of them; `quantum`: the stream's smallest
    /// step. [audio]
    [[nodiscard]] Top read(std::span<const float> excursion, float highest, float quantum) noexcept;

private:
    std::vector<float> scratch_;
    std::vector<float> smooth_;

    [[nodiscard]] std::span<const float> smoothed(std::span<const float> x,
                                                  std::size_t length) noexcept;
};

/// The higher of an excursion's flanks at half the time between zero and its flat run: half the
/// level if it is a sine or a triangle that was cut off, nearly all of it if it bends towards the
/// run by itself. All of it where a flank is too short to say.
[[nodiscard]] float
halfway_up(std::span<const float> x, std::size_t first, std::size_t frames) noexcept;

/// What a sine would have on top that is cut off at `level` and as wide as this excursion 4 % and
/// 20 % under it. Its frequency is found by bisection: cos(w t1) / cos(w t2) grows with w. 0 to 24
/// dB.
[[nodiscard]] float
sine_depth_db(std::span<const float> x, std::span<const float> run, float level) noexcept;

} // namespace gainstage::take
