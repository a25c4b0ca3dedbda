// SPDX-License-Identifier: MIT
#include "mix/stage.h"

#include "meter/active_rms.h"
#include "meter/sample_peak.h"
#include "meter/set.h"
#include "meter/true_peak.h"
#include "mix/judge.h"
#include "mix/mixdown.h"
#include "mix/roles.h"
#include "mix/trim.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace fs = std::filesystem;

namespace gainstage::mix {

namespace {

/// A track that can be read, and what was measured.
struct Readable {
    const Track* track;
    measure::MeasuredFile* file;
};

/// What the mix's gain is decided by.
struct MixPeaks {
    Dbfs sample;
    Dbtp between_samples;
};

class PeakListener final : public MixListener {
public:
    explicit PeakListener(Hertz sample_rate) {
        set_.prepare({.sample_rate = sample_rate,
                      .layout = audio::ChannelLayout::default_for(2),
                      .max_frames = static_cast<int>(mixdown_block_frames)});
    }

    Status begin() override {
        set_.reset();
        return Done{};
    }

    Status hear(audio::ConstAudioView stereo) override {
        set_.process(stereo);
        return Done{};
    }

    [[nodiscard]] MixPeaks peaks() const {
        const meter::Measurement measurement = set_.measurement();
        return {measurement[meter::sample_peak], measurement[meter::true_peak]};
    }

private:
    meter::Set<meter::SamplePeak, meter::TruePeak> set_;
};

/// The session's, or the one that most stems have; of two, the higher, which loses nothing.
Hertz session_rate(const Session& session, const std::vector<Readable>& tracks) {
    if (session.sample_rate) {
        return *session.sample_rate;
    }
    std::map<double, int> uses;
    for (const Readable& track : tracks) {
        ++uses[track.file->info.sample_rate.value()];
    }
    const auto most = std::max_element(uses.begin(), uses.end(), [](const auto& a, const auto& b) {
        return a.second <= b.second;
    });
    return Hertz{most->first};
}

/// A stem with two channels in the middle sounds on both at full power, a mono one at -3.01 dB on
/// each.
constexpr Gain stereo_allowance = Gain::from_db(-3.01029995663981195); // 10 log10(1/2)

void plan_balance(PlannedTrack& planned, const Track& track, int channels) {
    const bool is_mono = channels == 1;
    planned.fader = track.fader;
    if (track.fader_stated) {
        planned.fader_reason = "stated in session.toml";
    } else {
        planned.fader_reason = fmt::format("default of the role {}", track.role);
        if (!is_mono) {
            planned.fader += stereo_allowance;
            planned.fader_reason +=
                ", 3.01 dB less because both channels of a stereo stem sound in full";
        }
    }
    planned.pan = track.pan;
    planned.pan_reason = track.pan_reason;
    if (!is_mono && track.pan_origin == PanOrigin::role) {
        planned.pan = 0.0;
        planned.pan_reason = "a stereo stem keeps its own picture";
    }
}

fs::path relative_to(const fs::path& folder, const fs::path& file) {
    const fs::path inside = file.lexically_relative(folder);
    const bool is_inside = !inside.empty() && *inside.begin() != "..";
    return is_inside ? inside : file;
}

StagedTrack stage_track(const Session& session, const Readable& readable, const StemTrim& trim) {
    StagedTrack staged;
    PlannedTrack& planned = staged.planned;
    planned.name = readable.track->name;
    planned.file = relative_to(session.folder, readable.track->file);
    planned.role = readable.track->role;
    planned.trim = trim.gain;
    planned.trim_reason = trim.reason;
    plan_balance(planned, *readable.track, readable.file->info.layout.channels());
    staged.before = std::move(readable.file->measurement);
    staged.active_after = trim.active_after;
    staged.peak_after = trim.peak_after;
    return staged;
}

/// A gain at which the sum of all tracks can't leave the range of float samples, whatever the stems
/// hold.
Gain safe_gain(const std::vector<StagedTrack>& tracks) {
    double sum_lin = 0.0;
    for (const StagedTrack& track : tracks) {
        sum_lin += (track.peak_after + track.planned.fader).to_amplitude();
    }
    return sum_lin > 0.0 ? -Gain::from_amplitude_ratio(sum_lin) : Gain{};
}

/// From the peaks at unity to the common gain, in words too.
void decide_mix_gain(Staging& staging, const MixPeaks& at_unity, const verdict::Targets& targets) {
    Plan& plan = staging.plan;
    if (at_unity.sample.is_silent()) {
        plan.mix_gain = Gain{};
        plan.mix_gain_reason = "the mix is silent";
    } else {
        const Dbfs lowest{targets["mix.peak_min_dbfs"]};
        const Dbfs highest{targets["mix.peak_max_dbfs"]};
        const Dbfs aim{targets["mix.peak_target_dbfs"]};
        const Dbtp ceiling{targets["mix.true_peak_max_dbtp"]};
        const Gain by_sample = aim - at_unity.sample;
        const Gain by_true_peak = ceiling - at_unity.between_samples;
        const Gain floor = lowest - at_unity.sample;
        plan.mix_gain = std::max(std::min(by_sample, by_true_peak), floor);
        const std::string true_peak =
            fmt::format("true peak {:.2f} dBTP", (at_unity.between_samples + plan.mix_gain).db());
        const std::string why =
            plan.mix_gain == by_sample ? "in its zone; " + true_peak
            : plan.mix_gain == floor
                ? "the low end of its zone, as its " + true_peak + " is over the limit"
                : "as high as its " + true_peak + " may go";
        plan.mix_gain_reason = fmt::format(
            "peak at unity {:.2f} dBFS, moved to {:.2f} dBFS: {} (zone {:.2f} to {:.2f} dBFS)",
            at_unity.sample.db(), (at_unity.sample + plan.mix_gain).db(), why, lowest.db(),
            highest.db());
    }
    staging.expected_mix_peak = at_unity.sample + plan.mix_gain;
    staging.expected_mix_true_peak = at_unity.between_samples + plan.mix_gain;
    for (StagedTrack& track : staging.tracks) {
        const Gain after_trim = track.planned.fader + plan.mix_gain;
        track.active_at_mix = track.active_after + after_trim;
        track.peak_at_mix = track.peak_after + after_trim;
    }
}

std::optional<Error> why_not(const Track& track, const Result<measure::MeasuredFile>& measured) {
    if (!measured) {
        return measured.error();
    }
    if (!is_utf8(track.name) || !is_utf8(track.file.string())) {
        return Error{ErrorKind::unreadable, track.file.string(),
                     "has a name that isn't UTF-8, which no plan can hold", "rename the file"};
    }
    return std::nullopt;
}

/// Stems that were whole when they were measured and failed in the sum: out of the staging too.
void drop(Staging& staging,
          std::vector<verdict::Finding>& findings,
          const std::vector<SkippedTrack>& failed,
          const Session& session) {
    for (const SkippedTrack& skipped : failed) {
        std::erase_if(findings, [&](const verdict::Finding& finding) {
            return finding.stage == skipped.track.name;
        });
        const auto is_it = [&](const PlannedTrack& planned) {
            return planned.name == skipped.track.name;
        };
        std::erase_if(staging.plan.tracks, is_it);
        std::erase_if(staging.tracks,
                      [&](const StagedTrack& track) { return is_it(track.planned); });
        const auto original =
            std::find_if(session.tracks.begin(), session.tracks.end(),
                         [&](const Track& track) { return track.name == skipped.track.name; });
        staging.skipped.push_back({*original, skipped.error});
    }
}

Error nothing_readable(const Session& session, const std::vector<SkippedTrack>& skipped) {
    return {ErrorKind::unreadable, session.folder.string(),
            skipped.empty() ? std::string{"the session has no tracks"}
                            : "not one stem can be read: " + skipped.front().error.message(),
            ""};
}

} // namespace

Result<Staging> stage(const Session& session,
                      const verdict::Targets& targets,
                      const verdict::Rules& rules,
                      int threads,
                      const audio::io::Watch& watch) {
    std::vector<fs::path> files;
    for (const Track& track : session.tracks) {
        files.push_back(track.file);
    }
    return stage(session, measure::measure_files(files, threads, {}, watch), targets, rules,
                 threads, watch);
}

Result<Staging> stage(const Session& session,
                      std::vector<Result<measure::MeasuredFile>> measured,
                      const verdict::Targets& targets,
                      const verdict::Rules& rules,
                      int threads,
                      const audio::io::Watch& watch) {
    Staging staging;
    std::vector<Readable> readable;
    for (std::size_t i = 0; i < session.tracks.size(); ++i) {
        const auto fault = why_not(session.tracks[i], measured[i]);
        if (fault && fault->kind == ErrorKind::interrupted) {
            return *fault;
        }
        if (fault) {
            staging.skipped.push_back({session.tracks[i], *fault});
        } else {
            readable.push_back({&session.tracks[i], &*measured[i]});
        }
    }
    if (readable.empty()) {
        return nothing_readable(session, staging.skipped);
    }

    Plan& plan = staging.plan;
    plan.title = session.title;
    plan.folder = session.folder;
    plan.sample_rate = session_rate(session, readable);
    std::vector<verdict::Finding> findings;
    for (const Readable& track : readable) {
        const StemTrim trim = trim_for(track.file->measurement, targets);
        const auto found = judge_track(*track.track, track.file->measurement, trim,
                                       plan.sample_rate, targets, rules);
        findings.insert(findings.end(), found.begin(), found.end());
        staging.tracks.push_back(stage_track(session, track, trim));
        plan.tracks.push_back(staging.tracks.back().planned);
    }

    plan.mix_gain = safe_gain(staging.tracks);
    PeakListener listener(plan.sample_rate);
    const auto failed = mix_down(plan, listener, threads, watch);
    if (!failed) {
        return failed.error();
    }
    drop(staging, findings, *failed, session);
    const MixPeaks peaks = listener.peaks();
    decide_mix_gain(staging, {peaks.sample - plan.mix_gain, peaks.between_samples - plan.mix_gain},
                    targets);
    staging.findings = judge_skipped(staging.skipped, targets, rules);
    staging.findings.insert(staging.findings.end(), findings.begin(), findings.end());
    return staging;
}

} // namespace gainstage::mix
