// SPDX-License-Identifier: MIT
// CutOffLamps: a lamp a channel that stays on once its peaks were found to be cut off before the
// converter, and says when, at which level and about how much. The finding is take/flat_tops.h's,
// which looks through files, too; full scale is clip_lamps.h's.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "take/clipping.h"

#include <cstdint>
#include <vector>

namespace gainstage::live {

/// Since the lamps were put out. What was told once stays; later evidence only adds to it.
struct CutOffLamp {
    std::uint64_t peaks = 0; ///< that were cut off; 0: none was found
    Seconds first{0.0};
    Dbfs level; ///< where they are cut off: the highest
    Gain depth; ///< what is missing on top, estimated (take::told_depth_of)

    [[nodiscard]] bool is_on() const noexcept { return peaks > 0; }
};

/// One FlatTops a channel, as each has stages of its own in front of it. Its tops' shapes are
/// looked at for all channels at once: a fraction of a millisecond each. Single samples, and how
/// much is missing, are the slow part, some 50 ms a channel: so one channel at a time is copied,
/// looked through wherever there is time, and told when that is done; and again only once its
/// highest peaks are others or more tops are flat.
class CutOffLamps {
public:
    /// One channel as it was heard so far.
    class CloseLook {
    public:
        /// The slow part. [any thread]
        void look() { found_ = heard_.found(); }

    private:
        friend class CutOffLamps;
        std::size_t channel_ = 0;
        std::uint64_t run_ = 0;
        take::FlatTops heard_;
        take::FlatTopsFound found_;
    };

    void prepare(const audio::Spec& spec);
    void process(audio::ConstAudioView block) noexcept;

    /// Puts them out and listens anew: what clipped before is no evidence of what does now.
    void reset();

    /// At the shapes of all channels' tops: once a second.
    void look();

    /// The next channel of which a close look may find something new; false: there is none.
    bool begin(CloseLook& look);

    /// When it was looked through. Nothing is told if the lamps were put out meanwhile.
    void end(const CloseLook& look);

    /// At everything, now: what is found then is what `take` would find in a file of it.
    void look_closely();

    [[nodiscard]] const CutOffLamp& lamp(int channel) const noexcept {
        return channels_[static_cast<std::size_t>(channel)].lamp;
    }

    /// All that was told since prepare(), also before the lamps were put out; frames are counted
    /// from there.
    [[nodiscard]] take::FlatTopsFound found() const;

private:
    struct Channel {
        take::FlatTops heard;
        take::FlatTopsFound found;         ///< as told
        std::uint64_t peaks_looked_at = 0; ///< highest_peaks_seen() then
        bool depths_are_rough = false;     ///< of `found`: told by shape only
        bool was_seen_closely = false;     ///< so the lamp's depth isn't
        CutOffLamp lamp;
    };

    static bool begin_closely(Channel& channel);
    void tell(Channel& channel, take::FlatTopsFound found, take::FlatTops::Look look);
    void light(Channel& channel) const;

    double sample_rate_hz_ = 48000.0;
    std::vector<Channel> channels_;
    take::FlatTopsFound before_;  ///< of what came before the lamps were put out
    std::uint64_t run_ = 0;       ///< how often they were
    std::uint64_t run_begin_ = 0; ///< frames
    std::uint64_t frames_ = 0;
    std::size_t next_ = 0; ///< channel, for begin()
};

} // namespace gainstage::live
