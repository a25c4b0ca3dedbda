// SPDX-License-Identifier: MIT
// live: what `listen` shows: a screen that is drawn again and again, a line where no terminal is, a
// spoken sentence, the summary. Pure text: it reads no clock and asks no terminal.
#pragma once

#include "live/capture.h"
#include "live/listener.h"
#include "report/text.h"

#include <optional>
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
};

/// Lines without a line break at the end, at most `height` (0: no limit). A bar for each meter and
/// channel, clip lamps with the time of the first, the advice.
std::vector<std::string> live_screen(const live::Picture& picture,
                                     const LiveFacts& facts,
                                     int height,
                                     const TextOptions& options);

/// "0:12.0 VU -3.2 / -4.1 VU, PPM BBC 4.1 / 3.9; clipped: 1 (0:03.2); in 1: keep playing: 12 s
/// more"
std::string live_line(const live::Picture& picture);

/// "keep playing: 12 s more", or what to do with the preamp and why.
std::string live_advice(const live::ChannelAdvice& advice);

/// Speaks of what is loud only: "channel 1: -4.2 dBFS", "channel 2 clipped". Nothing to say:
/// nothing. Clips that `before` knew already are not said again.
std::optional<std::string>
spoken(const live::Picture& picture, const live::Picture& before, Dbfs above);

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
