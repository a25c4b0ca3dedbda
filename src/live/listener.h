// SPDX-License-Identifier: MIT
// Listener: what is done with sound that comes in: meters, lamps for clipping here and before the
// converter, glitches, the advice on the gain, the recording, the log. It draws nothing:
// report/live does.
#pragma once

#include "ballistics/rack.h"
#include "live/clip_lamps.h"
#include "live/cut_off_lamps.h"
#include "live/helper_thread.h"
#include "live/log_file.h"
#include "live/recorder.h"
#include "meter/bridge.h"
#include "take/clipping.h"
#include "take/glitches.h"
#include "take/next_take.h"
#include "take/preamp.h"
#include "take/short_term_peaks.h"
#include "verdict/target.h"

#include <optional>
#include <string>
#include <vector>

namespace gainstage::live {

/// On one channel's preamp, from what was played so far.
struct ChannelAdvice {
    Seconds playing{0.0};                       ///< from the first sound to the last
    std::optional<take::GainPlan> plan;         ///< nothing: too little was played
    std::optional<take::PreampSetting> setting; ///< what the plan means at a preamp that is known
    std::string setting_words;                  ///< take::setting_words of it
    bool is_cut_off = false; ///< before the converter: the plan is the least, and isn't for what
                             ///< comes after the stage that clips
    [[nodiscard]] Seconds missing() const noexcept; ///< "keep playing: 12 s more"; 0 s: enough
};

/// How often the interface failed the sound in one way, and when last.
struct GlitchLamp {
    std::uint64_t count = 0;
    Seconds last{0.0};
};

struct GlitchLamps {
    GlitchLamp dropouts;
    GlitchLamp repeated_buffers;
    GlitchLamp clicks;
};

/// What a screen or a line shows.
struct Picture {
    Seconds time{0.0};
    std::vector<ballistics::Shown> shown;
    std::vector<double> peak_dbfs; ///< of each channel, the highest since the last picture
    std::vector<ClipLamp> lamps;
    std::vector<CutOffLamp> cut_off;
    std::string cut_off_action; ///< what to do about those: as `take` says it
    GlitchLamps glitches;       ///< since the lamps were put out
    std::vector<ChannelAdvice> advice;
    std::optional<Error> recording_failure; ///< it ended there; listening goes on
};

struct ListenerOptions {
    ballistics::RackOptions meters;
    take::NextTake next_take;
    std::optional<take::Preamp> preamp; ///< what all channels come through, if it is known
};

/// One thread's; `process` may be the only caller between prepare() and the end, but for picture()
/// by the same or under its lock.
class Listener {
public:
    Listener(const audio::Spec& spec,
             const ListenerOptions& options,
             const verdict::Targets& targets);

    void record_to(Recorder recorder) { recorder_ = std::move(recorder); }

    void log_to(LogFile log);

    /// The next frames, at most spec.max_frames.
    void process(audio::ConstAudioView block);

    /// Readings since the last picture; the advice is as of the last advise().
    Picture picture();

    /// Thinks about the gain and the shapes of peaks again: milliseconds a channel, so once a
    /// second.
    void advise();

    /// For single peaks that are cut off: some 50 ms a channel, on another thread. Copies the
    /// channel whose turn it is; false: there is nothing new to look at.
    bool begin(CutOffLamps::CloseLook& look) { return cut_off_.begin(look); }

    /// Tells what was seen.
    void end(const CutOffLamps::CloseLook& look);

    /// Puts the lamps out: clips, peaks that are cut off, glitches. What glitches() and findings()
    /// are of goes on.
    void reset_lamps();

    /// Other meters from now on; loudness goes on.
    void choose(const std::vector<ballistics::Kind>& kinds);

    /// A new practice run, as after the gain was changed: advice, meters and lamps start again.
    /// What measurement(), log and recording are of goes on.
    void start_again();

    /// Ends recording and log, and looks at every channel's peaks closely a last time. The first
    /// failure of each, if there was one; a full disk ends them earlier.
    std::vector<Error> finish();

    [[nodiscard]] std::optional<Error> recording_failure() const { return recording_failure_; }

    [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }

    [[nodiscard]] meter::Measurement measurement() const { return bridge_.measurement(); }

    /// Of the whole stream, as `take` finds them in a file of it.
    [[nodiscard]] take::GlitchesFound glitches() const;

    /// What the rules of `take` say about them, and about clipping.
    [[nodiscard]] std::vector<verdict::Finding> findings(std::string_view stage,
                                                         const verdict::Rules& rules) const;

private:
    void log_row();
    void judge_clipping();
    [[nodiscard]] bool has_clipped(std::size_t channel) const;
    [[nodiscard]] Gain change_if_clipped() const;
    void prepare_rack();

    audio::Spec spec_;
    ListenerOptions options_;
    const verdict::Targets& targets_;
    ballistics::Rack rack_;     ///< what was chosen, but for loudness
    ballistics::Rack loudness_; ///< momentary, short-term and integrated: always
    ballistics::Rack peaks_;    ///< one sample peak a channel, whatever was chosen
    meter::Bridge bridge_;
    ClipLamps lamps_;
    CutOffLamps cut_off_;
    std::optional<HelperThread> helper_;   ///< of many channels, their peaks are looked at there
    take::ClippingFound clipping_;         ///< of the whole stream, as of the last look
    std::vector<Seconds> clipping_starts_; ///< of those
    Gain least_change_if_clipped_;         ///< at the preamp, as `take` would have it
    std::string cut_off_action_;
    take::Glitches glitches_;
    take::GlitchesFound put_out_; ///< what had been found when the lamps were put out
    bool over_is_safe_ = false;   ///< as of the last advise()
    std::vector<take::ShortTermPeaks> short_term_peaks_; ///< one a channel: each has its preamp
    std::vector<ChannelAdvice> advice_;
    std::optional<Recorder> recorder_;
    std::optional<Error> recording_failure_;
    std::optional<LogFile> log_;
    std::optional<Error> log_failure_;
    ballistics::Rack log_rack_;
    std::uint64_t frames_ = 0;
    std::uint64_t next_log_cell_ = meter::cells_a_hop;
};

} // namespace gainstage::live
