// SPDX-License-Identifier: MIT
#include "sounding/sounding.h"

#include "dsp/fir.h"
#include "sounding/analogue.h"
#include "sounding/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace gainstage::sounding {
namespace {

constexpr std::size_t converter_frames = 4096; // at once

/// The A/D: samples taken a little too early or too late, and a full scale. One channel.
class Converter {
public:
    Converter(const Chain& chain, Hertz sample_rate, std::uint64_t seed)
        : jitter_frames_(
              static_cast<float>(chain.jitter ? chain.jitter->value() * sample_rate.value() : 0.0)),
          is_float_(chain.is_float), random_(seed), line_(2 * half + converter_frames, 0.0f),
          slope_(converter_frames) {
        for (std::size_t k = 1; k <= half; ++k) {
            // The ideal differentiator, (-1)^(k + 1) / k, in a Hann window.
            const double window =
                0.5 + 0.5 * std::cos(std::numbers::pi * static_cast<double>(k) / (half + 1));
            const double tap = (k % 2 == 1 ? 1.0 : -1.0) / static_cast<double>(k) * window;
            differentiator_[half + k] = static_cast<float>(tap);
            differentiator_[half - k] = static_cast<float>(-tap);
        }
    }

    /// In place, converter_frames at most; `clipped_samples` counts what was over.
    void process(std::span<float> samples, std::uint64_t& clipped_samples) {
        if (jitter_frames_ > 0.0f) {
            jitter(samples);
        }
        if (is_float_) {
            return;
        }
        for (float& x : samples) {
            if (std::abs(x) > 1.0f) {
                x = std::clamp(x, -1.0f, 1.0f);
                ++clipped_samples;
            }
        }
    }

    /// Frames that come out late.
    [[nodiscard]] std::size_t delay() const noexcept { return jitter_frames_ > 0.0f ? half : 0; }

private:
    static constexpr std::size_t half = 8;

    /// x(t + d) = x(t) + d x'(t): jitter is a thousandth of a frame and less, so no more of the
    /// series is needed.
    void jitter(std::span<float> samples) {
        std::ranges::copy(samples, line_.begin() + 2 * half);
        const auto slope = std::span(slope_).first(samples.size());
        std::ranges::fill(slope, 0.0f);
        dsp::add_fir(line_.data(), differentiator_, slope.data(), slope.size());
        for (std::size_t n = 0; n < samples.size(); ++n) {
            samples[n] = line_[half + n] + jitter_frames_ * random_.bell() * slope[n];
        }
        std::copy_n(line_.begin() + static_cast<std::ptrdiff_t>(samples.size()), 2 * half,
                    line_.begin());
    }

    float jitter_frames_;
    bool is_float_;
    Random random_;
    std::array<float, 2 * half + 1> differentiator_{};
    std::vector<float> line_; ///< 2 * half frames of before, then the block
    std::vector<float> slope_;
};

Error stopped() { return {ErrorKind::interrupted, "", "stopped", ""}; }

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
    Analogue analogue(std::move(dry), chain);
    std::vector<Converter> converters;
    for (int c = 0; c < channels; ++c) {
        converters.emplace_back(chain, rate, static_cast<std::uint64_t>(c) + 1);
    }
    audio::AudioBuffer block(channels, converter_frames);
    Sounded done;
    std::size_t late = converters.front().delay(); // to be dropped, and owed at the end
    bool is_flushed = late == 0;
    while (true) {
        if (watch.stopped()) {
            return stopped();
        }
        auto read = analogue.read(block.view());
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
    done.clipped = analogue.bent();
    return done;
}

} // namespace gainstage::sounding
