// SPDX-License-Identifier: MIT
// RepeatedBuffers: a buffer of the interface that was written twice because the next one came too
// late: the click of an overloaded computer. Not zeros in its place (interruptions.h), and no
// clicks of any other kind (clicks.h).
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "take/moments.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace gainstage::take {

struct RepeatedBuffer {
    int channel = 0;
    std::uint64_t first_frame = 0; ///< of the repetition
    std::uint64_t frames = 0;
};

using RepeatedBuffersFound = MomentsFound<RepeatedBuffer>;

/// In one pass and constant memory, each channel for itself; one in several of them counts once.
///   finds    as many frames as a buffer has, equal to the last bit to as many just before them,
///            and neither the frame before nor that after them; up to three times over
///   not      what repeats within them too (a synthesiser's exact period), softer than -60 dBFS RMS
///            (single steps of 16 bit), what was resampled or coded since
///   in       linear, full scale 1.0; NaN and Inf are taken as silence
class RepeatedBuffers {
public:
    /// Sizes that interfaces have.
    static constexpr std::array<std::size_t, 12> sizes = {32,  64,  96,  128, 144,  192,
                                                          256, 384, 480, 512, 1024, 2048};

    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames

    /// Everything so far. [main, not while process() runs]
    [[nodiscard]] RepeatedBuffersFound found() const { return moments_.found(); }

private:
    static constexpr std::size_t looked_back = 8192; ///< frames: three of the longest and more
    static constexpr std::size_t history = 16384;    ///< and what is pushed at once

    struct Channel {
        std::vector<float> samples;                      ///< the last `history`, a ring, twice
        std::array<std::uint64_t, sizes.size()> equal{}; ///< frames in a row, so far
        std::uint64_t position = 0;
    };

    std::vector<Channel> channels_;
    Moments<RepeatedBuffer> moments_;

    void push(Channel& channel, int index, std::span<const float> in) noexcept;
    void look_for(std::size_t which,
                  Channel& channel,
                  int index,
                  std::span<const float> pushed) noexcept;
    void end_run(Channel& channel,
                 int index,
                 std::size_t size,
                 std::uint64_t equal,
                 std::uint64_t end) noexcept;
    [[nodiscard]] static bool
    is_one_of_its_kind(const Channel& channel, std::size_t size, std::uint64_t start) noexcept;
};

} // namespace gainstage::take
