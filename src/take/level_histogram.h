// SPDX-License-Identifier: MIT
// LevelHistogram: how many tops of which shape there are at each level, and whether that says that
// a stage cut off at one of them.
#pragma once

#include "take/top_shape.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace gainstage::take {

/// One top of that shape proves nothing. Every top at the highest level is weighed: how likely it
/// is if a stage cut off there, and how likely in this very stream if none did, by the tops further
/// down; the logarithms are summed (Wald, "Sequential tests of statistical hypotheses", 1945). Tops
/// of two samples say little each, but they say it too.
class LevelHistogram {
public:
    void prepare(); // [main] allocates
    void reset() noexcept;

    /// The top of an excursion that lasts `frames`, with its flanks halfway up at that part of its
    /// level (halfway_up(); only of what isn't round). [audio]
    void add(const Top& top, std::size_t frames, float halfway) noexcept;

    /// Both together.
    [[nodiscard]] LevelHistogram with(const LevelHistogram& other) const;

    /// What single tops' shapes say, without pairs of samples that are alike.
    [[nodiscard]] LevelHistogram without_pairs() const;

    /// Where tops are flat: the level's place, not far under the highest.
    [[nodiscard]] std::optional<std::size_t> clip_level() const;

    /// Whether waveforms at that place are flat because somebody meant them to be: for over 88 % of
    /// each half wave (squares), or most half waves for over 45 %, unless their flanks run straight
    /// into the flat.
    [[nodiscard]] bool is_by_design(std::size_t place) const;

    /// Whether there is a clip level but for that.
    [[nodiscard]] bool is_flat_by_design() const;

    /// Where half of the wide tops are flat, at whatever level.
    [[nodiscard]] bool is_square() const noexcept;

    /// Whether that amplitude belongs to the level at `place`.
    [[nodiscard]] static bool is_at(std::size_t place, float amplitude) noexcept;

    struct Flat {
        std::uint64_t tops = 0;  ///< single ones and pairs
        std::uint64_t exact = 0; ///< of them, all samples the same
    };

    [[nodiscard]] Flat flat_at(std::size_t place) const noexcept;

private:
    /// Excursions whose tops lie within 0.05 dB.
    struct Bin {
        std::uint32_t tops = 0;
        std::uint32_t wide_round = 0;  ///< wide enough to tell, and round
        std::uint32_t wide_flat = 0;   ///< cut
        std::uint32_t close_pairs = 0; ///< narrow, of two samples alike
        std::uint32_t pairs = 0;       ///< those, and such of two samples nearly alike
        std::uint32_t exact = 0;       ///< cut, all samples the same
        // Of the flat tops, summed:
        float share = 0.0f;   ///< the part of their excursion that is flat
        float halfway = 0.0f; ///< how high their flanks are halfway up in time; of the level
    };

    std::vector<Bin> bins_;

    [[nodiscard]] std::size_t end() const noexcept;
    [[nodiscard]] double evidence(std::size_t first) const;
};

} // namespace gainstage::take
