// SPDX-License-Identifier: MIT
// Moments: when something happened to a stream, and how often; what happens in several channels at
// once counts once. Finding it is the detectors' (interruptions.h, repeated_buffers.h, clicks.h).
#pragma once

#include "audio/view.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace gainstage::take {

/// `One` has the channel, first_frame and frames of what happened.
template <typename One>
struct MomentsFound {
    static constexpr std::size_t max_listed = 64;

    std::uint64_t count = 0;
    std::vector<One> first;  ///< in order of time, at most max_listed
    std::optional<One> last; ///< the latest of all
};

/// However many there are, in constant memory. Detectors add by_turns(), so that what happens in
/// another channel at the same time is still remembered.
template <typename One>
class Moments {
public:
    void prepare() { // [main] allocates
        reset();
        listed_.reserve(most_listed);
    }

    void reset() noexcept { // [audio]
        listed_.clear();
        recent_.fill({});
        count_ = 0;
    }

    void add(const One& one) noexcept { // [audio]
        for (Recent& recent : recent_) {
            if (recent.is_there && one.first_frame <= recent.end + together &&
                recent.begin <= one.first_frame + one.frames + together) {
                join(recent, one);
                return;
            }
        }
        Recent& recent = recent_[count_ % recent_.size()];
        recent = {true, one.first_frame, one.first_frame + one.frames, listed_.size(), one};
        ++count_;
        if (listed_.size() < most_listed) {
            listed_.push_back(one);
        }
    }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// Everything so far. [main, not while add() runs]
    [[nodiscard]] MomentsFound<One> found() const {
        MomentsFound<One> found{count_, listed_, {}};
        std::ranges::stable_sort(found.first, {}, &One::first_frame);
        found.first.resize(std::min(found.first.size(), found.max_listed));
        for (const Recent& recent : recent_) {
            if (recent.is_there &&
                (!found.last || recent.one.first_frame > found.last->first_frame)) {
                found.last = recent.one;
            }
        }
        return found;
    }

private:
    // Clicks of one moment are as many frames apart: the first wrong ones may fit by chance.
    static constexpr std::uint64_t together = 8;
    static constexpr std::size_t remembered = 64; // a turn has 32 at most: of buffers of 32 frames
    // Those of one turn aren't added in order of time.
    static constexpr std::size_t most_listed = MomentsFound<One>::max_listed + remembered;

    struct Recent {
        bool is_there = false;
        std::uint64_t begin = 0; ///< in whichever channel it began first
        std::uint64_t end = 0;
        std::size_t listed_at = 0; ///< most_listed: isn't
        One one{};                 ///< the first of them, of those the lowest channel
    };

    void join(Recent& recent, const One& one) noexcept {
        recent.begin = std::min(recent.begin, one.first_frame);
        recent.end = std::max(recent.end, one.first_frame + one.frames);
        const bool is_first =
            one.first_frame < recent.one.first_frame ||
            (one.first_frame == recent.one.first_frame && one.channel < recent.one.channel);
        if (is_first) {
            recent.one = one;
            if (recent.listed_at < listed_.size()) {
                listed_[recent.listed_at] = one;
            }
        }
    }

    std::vector<One> listed_; ///< capacity from prepare() on
    std::array<Recent, remembered> recent_{};
    std::uint64_t count_ = 0;
};

/// detect(turn) for each turn of a block: all channels of it, before the next.
template <typename Detect>
void by_turns(audio::ConstAudioView block, Detect&& detect) noexcept {
    constexpr std::size_t turn_frames = 1024;
    for (std::size_t at = 0; at < block.frames(); at += turn_frames) {
        detect(block.slice(at, std::min(turn_frames, block.frames() - at)));
    }
}

} // namespace gainstage::take
