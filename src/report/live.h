// SPDX-License-Identifier: MIT
// live: what `listen` shows: a screen that is drawn again and again, a line where no terminal is, a
// spoken sentence, the summary. Pure text: it reads no clock and asks no terminal.
#pragma once

#include "live/capture.h"
#include "live/listener.h"
#include "report/text.h"

#include <optional>
#include <set>
#include <string>

namespace gainstage::report {

/// What is listened to, and how it goes.
struct LiveFacts {
    std::string device;
    Hertz sample_rate{48000.0};
    int channels = 0;
    std::uint64_t xruns = 0;       ///< that the device or its server reported
    std::uint64_t lost_frames = 0; ///< that we lost
    std::string recording;         ///< the file; empty: none
    live::Ending ending = live::Ending::none;
    take::GlitchesFound glitches;           ///< when it is over: of the whole stream
    std::vector<verdict::Finding> findings; ///< likewise: what they mean
};

/// What of it is looked at.
struct ScreenView {
    int height = 0;                   ///< of the terminal; 0: no limit
    int first_row = 0;                ///< of the meters, at the top; brought into range
    bool chooses = false;             ///< the list of meters is shown in their place
    std::optional<DbSpl> k_zero = {}; ///< what 0 of a K-System meter is in this room: shows dB SPL
};

/// Lines without a line break at the end, no more than fit. A bar for each meter and channel, the
/// lamps with the time of the first clip, the advice; where there are too many meters they are
/// rolled, and everything else stays.
std::vector<std::string> live_screen(const live::Picture& picture,
                                     const LiveFacts& facts,
                                     ScreenView& view,
                                     const TextOptions& options);

/// Which key of the list of meters stands for one: 'a' and on, in the order of Kind.
std::optional<ballistics::Kind> meter_of_key(char key) noexcept;

/// "0:12.0 VU -3.2 / -4.1 VU, PPM BBC 4.1 / 3.9; clipped: 1 (0:03.2); in 1: keep playing: 12 s
/// more"
std::string live_line(const live::Picture& picture);

/// "keep playing: 12 s more", or what to do with the preamp and why.
std::string live_advice(const live::ChannelAdvice& advice);

/// For screen readers: short sentences about what is loud, what clipped here or before the
/// converter, where the interface failed, and what to do with the gain once that is known or
/// changes by 1 dB and more. What was said is not said again.
class Speaker {
public:
    explicit Speaker(Dbfs above) noexcept : above_(above) {}

    /// "input 1 -4.2, input 2 clipped"; nothing to say: nothing.
    std::optional<std::string> line(const live::Picture& picture);

private:
    std::string glitches(const live::GlitchLamps& lamps);
    std::string cut_off(const live::Picture& picture);

    Dbfs above_;
    std::vector<std::uint64_t> clips_;        ///< of each input, as far as it was said
    std::vector<std::optional<Gain>> advice_; ///< likewise
    std::vector<bool> cut_off_;               ///< the inputs that were said to be
    live::GlitchLamps said_;                  ///< likewise
    std::set<std::string> advised_; ///< kinds of glitches about which it was said what to do
};

/// What was heard, when it is over: readings of the whole stream, clips, advice, xruns.
std::string listen_text(const meter::Measurement& measurement,
                        const live::Picture& last,
                        const LiveFacts& facts,
                        const TextOptions& options);

/// The same as JSON, full precision; the readings by the keys of `meter`.
std::string listen_json(const meter::Measurement& measurement,
                        const live::Picture& last,
                        const LiveFacts& facts);

} // namespace gainstage::report
