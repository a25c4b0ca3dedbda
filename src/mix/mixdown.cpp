// SPDX-License-Identifier: MIT
#include "mix/mixdown.h"

#include "audio/buffer.h"
#include "audio/io/source.h"
#include "measure/parallel.h"
#include "mix/fold.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

namespace fs = std::filesystem;

namespace gainstage::mix {

namespace {

/// Non-finite samples as silence, before a resampler smears one over everything that follows it.
class FiniteSource final : public audio::io::Source {
public:
    explicit FiniteSource(std::unique_ptr<audio::io::Source> source) : source_(std::move(source)) {}

    [[nodiscard]] const audio::io::StreamInfo& info() const noexcept override {
        return source_->info();
    }

    Result<std::size_t> read(audio::AudioView out) override {
        auto frames = source_->read(out);
        for (int c = 0; frames && c < out.channels(); ++c) {
            for (float& x : out.channel(c).first(*frames)) {
                x = std::isfinite(x) ? x : 0.0f;
            }
        }
        return frames;
    }

private:
    std::unique_ptr<audio::io::Source> source_;
};

/// One track while it plays.
class Player {
public:
    Player(const Plan& plan, const PlannedTrack& track) : plan_(&plan), track_(&track) {}

    void open() {
        auto source = audio::io::open(stem_of(*plan_, *track_));
        if (source) {
            source = audio::io::resample(std::make_unique<FiniteSource>(std::move(*source)),
                                         plan_->sample_rate);
        }
        if (!source) {
            error_ = source.error();
            return;
        }
        source_ = std::move(*source);
        const audio::ChannelLayout& layout = source_->info().layout;
        gains_ = fold(layout, track_->pan, track_->trim + track_->fader + plan_->mix_gain);
        buffer_ = audio::AudioBuffer(layout.channels(), mixdown_block_frames);
    }

    /// Fills the buffer.
    void read() {
        frames_ = 0;
        while (!ended_ && !error_ && frames_ < mixdown_block_frames) {
            const auto got =
                source_->read(buffer_.view().slice(frames_, mixdown_block_frames - frames_));
            if (!got) {
                error_ = got.error();
                return;
            }
            ended_ = *got == 0;
            frames_ += *got;
        }
    }

    void add_to(std::vector<double>& left, std::vector<double>& right) const {
        for (int c = 0; c < buffer_.channels(); ++c) {
            const std::span<const float> in = buffer_.channel(c).first(frames_);
            add(in, gains_[static_cast<std::size_t>(c)].left, left);
            add(in, gains_[static_cast<std::size_t>(c)].right, right);
        }
    }

    [[nodiscard]] std::size_t frames() const noexcept { return frames_; }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

private:
    const Plan* plan_;
    const PlannedTrack* track_;
    std::unique_ptr<audio::io::Source> source_;
    std::vector<StereoGains> gains_;
    audio::AudioBuffer buffer_;
    std::size_t frames_ = 0;
    bool ended_ = false;
    std::optional<Error> error_;

    static void add(std::span<const float> in, double gain_lin, std::vector<double>& out) {
        if (gain_lin == 0.0) {
            return;
        }
        for (std::size_t n = 0; n < in.size(); ++n) {
            out[n] += gain_lin * static_cast<double>(in[n]);
        }
    }
};

void to_float(const std::vector<double>& from, std::span<float> to) {
    constexpr auto largest = static_cast<double>(std::numeric_limits<float>::max());
    for (std::size_t n = 0; n < to.size(); ++n) {
        to[n] = static_cast<float>(std::clamp(from[n], -largest, largest));
    }
}

Error interrupted() { return {ErrorKind::interrupted, "", "stopped before the mix was whole", ""}; }

/// A track that failed, and why.
struct Failure {
    std::size_t track = 0;
    Error error;
};

std::vector<Failure> failures_of(const std::vector<Player>& players) {
    std::vector<Failure> failures;
    for (std::size_t i = 0; i < players.size(); ++i) {
        if (players[i].error()) {
            failures.push_back({i, *players[i].error()});
        }
    }
    return failures;
}

/// Plays all `tracks` from start to end, or until one fails: then, all that have failed by then.
Result<std::vector<Failure>> play(const Plan& plan,
                                  const std::vector<const PlannedTrack*>& tracks,
                                  MixListener& listener,
                                  int threads,
                                  const audio::io::Watch& watch) {
    std::vector<Player> players;
    for (const PlannedTrack* track : tracks) {
        players.emplace_back(plan, *track);
    }
    measure::parallel_for(players.size(), threads, [&](std::size_t i) { players[i].open(); });
    std::vector<double> left(mixdown_block_frames);
    std::vector<double> right(mixdown_block_frames);
    audio::AudioBuffer stereo(2, mixdown_block_frames);
    while (true) {
        if (auto failures = failures_of(players); !failures.empty()) {
            return failures;
        }
        if (watch.stopped()) {
            return interrupted();
        }
        measure::parallel_for(players.size(), threads, [&](std::size_t i) { players[i].read(); });
        std::fill(left.begin(), left.end(), 0.0);
        std::fill(right.begin(), right.end(), 0.0);
        std::size_t frames = 0;
        // In the plan's order: the sum doesn't depend on who was ready first.
        for (const Player& player : players) {
            player.add_to(left, right);
            frames = std::max(frames, player.frames());
        }
        if (!failures_of(players).empty()) {
            continue;
        }
        if (frames == 0) {
            return std::vector<Failure>{};
        }
        const audio::AudioView block = stereo.view().first(frames);
        to_float(left, block.channel(0));
        to_float(right, block.channel(1));
        if (const Status heard = listener.hear(block); !heard) {
            return heard.error();
        }
        watch.advance(frames);
    }
}

SkippedTrack skipped(const Plan& plan, const PlannedTrack& planned, Error error) {
    Track track;
    track.name = planned.name;
    track.file = stem_of(plan, planned);
    track.role = planned.role;
    track.fader = planned.fader;
    track.fader_stated = true;
    track.pan = planned.pan;
    track.pan_origin = PanOrigin::stated;
    return {std::move(track), std::move(error)};
}

} // namespace

fs::path stem_of(const Plan& plan, const PlannedTrack& track) {
    return (plan.folder / track.file).lexically_normal();
}

Result<std::vector<SkippedTrack>>
mix_down(const Plan& plan, MixListener& listener, int threads, const audio::io::Watch& watch) {
    std::vector<const PlannedTrack*> tracks;
    for (const PlannedTrack& track : plan.tracks) {
        tracks.push_back(&track);
    }
    std::vector<SkippedTrack> left_out;
    while (!tracks.empty()) {
        if (const Status begun = listener.begin(); !begun) {
            return begun.error();
        }
        auto played = play(plan, tracks, listener, threads, watch);
        if (!played) {
            return played.error();
        }
        if (played->empty()) {
            return left_out;
        }
        for (Failure& failure : *played) {
            left_out.push_back(skipped(plan, *tracks[failure.track], std::move(failure.error)));
            tracks[failure.track] = nullptr;
        }
        std::erase(tracks, nullptr);
    }
    return Error{ErrorKind::unreadable, plan.folder.string(),
                 left_out.empty()
                     ? "the plan has no tracks"
                     : "not one of its stems can be read: " + left_out.front().error.message(),
                 ""};
}

} // namespace gainstage::mix
