// SPDX-License-Identifier: MIT
#include "sounding/sounding.h"

#include "sounding/analogue.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace gainstage::sounding {
namespace {

constexpr double oversampling = 4.0; // where something clips: its overtones fold back 3 octaves up

/// The A/D: samples taken a little too early or too late, and a full scale. One channel.
class Converter {
public:
    Converter(const Chain& chain, Hertz sample_rate, std::uint64_t seed)
        : jitter_frames_(chain.jitter ? chain.jitter->value() * sample_rate.value() : 0.0),
          is_float_(chain.is_float), random_(seed) {}

    /// In place; `clipped` counts what was over.
    void process(std::span<float> samples, std::uint64_t& clipped_samples) {
        if (jitter_frames_ > 0.0) {
            for (float& x : samples) {
                x = jittered(x);
            }
        }
        for (float& x : samples) {
            if (!is_float_ && std::abs(x) > 1.0f) {
                x = std::clamp(x, -1.0f, 1.0f);
                ++clipped_samples;
            }
        }
    }

    /// Frames that come out late.
    [[nodiscard]] std::size_t delay() const noexcept { return jitter_frames_ > 0.0 ? half : 0; }

private:
    static constexpr std::size_t half = 8;

    /// x(t + d) = x(t) + d x'(t): jitter is a thousandth of a frame and less, so no more of the
    /// series is needed.
    float jittered(float x) {
        std::shift_left(held_.begin(), held_.end(), 1);
        held_.back() = x;
        double slope = 0.0;
        for (std::size_t k = 1; k <= half; ++k) {
            // The ideal differentiator, (-1)^(k + 1) / k, in a Hann window.
            const double window =
                0.5 + 0.5 * std::cos(3.141592653589793 * static_cast<double>(k) / (half + 1));
            const double tap = (k % 2 == 1 ? 1.0 : -1.0) / static_cast<double>(k) * window;
            slope += tap * static_cast<double>(held_[half + k] - held_[half - k]);
        }
        return held_[half] + static_cast<float>(jitter_frames_ * normal_(random_) * slope);
    }

    double jitter_frames_;
    bool is_float_;
    std::mt19937_64 random_;
    std::normal_distribution<double> normal_;
    std::array<float, 2 * half + 1> held_{};
};

Error stopped() { return {ErrorKind::interrupted, "", "stopped", ""}; }

/// The analogue part at the rate it needs, back at the recording's.
struct Front {
    std::unique_ptr<audio::io::Source> source;
    const Analogue* analogue = nullptr; ///< somewhere inside `source`
    std::vector<std::size_t> clips;
};

Result<Front> front(std::unique_ptr<audio::io::Source> dry, const Chain& chain) {
    const Hertz rate = dry->info().sample_rate;
    Front out;
    out.clips = reachable_clips(chain, rate);
    if (!out.clips.empty()) {
        auto faster = audio::io::resample(std::move(dry), Hertz{rate.value() * oversampling});
        if (!faster) {
            return faster.error();
        }
        dry = std::move(*faster);
    }
    auto analogue = std::make_unique<Analogue>(std::move(dry), chain, out.clips);
    out.analogue = analogue.get();
    auto back = audio::io::resample(std::move(analogue), rate);
    if (!back) {
        return back.error();
    }
    out.source = std::move(*back);
    return out;
}

} // namespace

std::vector<ClipPoint> clip_points(const circuit::Path& path) {
    std::vector<ClipPoint> points;
    for (std::size_t i = 0; i < path.stages.size(); ++i) {
        const circuit::Stage& stage = path.stages[i];
        if (stage.kind == circuit::StageKind::converter) {
            continue; // its clip point is full scale
        }
        if (stage.input_clip) {
            points.push_back({i, true, *stage.input_clip, ClipShape::hard});
        }
        if (stage.output_clip) {
            points.push_back({i, false, *stage.output_clip, ClipShape::hard});
        }
    }
    return points;
}

Result<Sounded> sound(std::unique_ptr<audio::io::Source> dry,
                      audio::io::Sink& wet,
                      const Chain& chain,
                      const audio::io::Watch& watch) {
    const Hertz rate = dry->info().sample_rate;
    const int channels = dry->info().layout.channels();
    auto analogue = front(std::move(dry), chain);
    if (!analogue) {
        return analogue.error();
    }
    std::vector<Converter> converters;
    for (int c = 0; c < channels; ++c) {
        converters.emplace_back(chain, rate, static_cast<std::uint64_t>(c) + 1);
    }
    constexpr std::size_t block_frames = 4096;
    audio::AudioBuffer block(channels, block_frames);
    Sounded done;
    std::size_t late = converters.front().delay(); // to be dropped, and owed at the end
    bool is_flushed = late == 0;
    while (true) {
        if (watch.stopped()) {
            return stopped();
        }
        auto read = analogue->source->read(block.view());
        if (!read) {
            return read.error();
        }
        std::size_t frames = *read;
        if (frames == 0) {
            if (is_flushed) {
                break;
            }
            is_flushed = true;
            frames = converters.front().delay();
            block.view().first(frames).clear();
        }
        for (int c = 0; c < channels; ++c) {
            converters[static_cast<std::size_t>(c)].process(block.channel(c).first(frames),
                                                            done.clipped_samples);
        }
        const std::size_t dropped = std::min(late, frames);
        late -= dropped;
        const auto kept = std::as_const(block).view().slice(dropped, frames - dropped);
        if (const Status written = wet.write(kept); !written) {
            return written.error();
        }
        done.frames += kept.frames();
        watch.advance(kept.frames());
    }
    for (std::size_t i = 0; i < analogue->clips.size(); ++i) {
        if (analogue->analogue->bent()[i]) {
            done.clipped.push_back(analogue->clips[i]);
        }
    }
    return done;
}

} // namespace gainstage::sounding
