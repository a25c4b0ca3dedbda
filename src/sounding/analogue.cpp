// SPDX-License-Identifier: MIT
#include "sounding/analogue.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <optional>

namespace gainstage::sounding {
namespace {

using circuit::Complex;

constexpr double filter_length_s = 1.0 / 3.0; // a high pass at 10 Hz has died away by 180 dB

std::size_t block_frames(double rate_hz) {
    return std::bit_ceil(static_cast<std::size_t>(rate_hz * filter_length_s));
}

/// The peak of a sine of that level, in volts.
double peak_volts(Dbu level) { return std::numbers::sqrt2 * level.to_amplitude(); }

/// What lies at half the sample rate and at 0 Hz is asked for just beside it.
double usable(double frequency_hz) { return std::max(frequency_hz, 0.1); }

/// From the source's emf to a clip point, out of the ways to behind every stage.
Complex at_clip(const std::vector<Complex>& behind, const ClipPoint& clip) {
    if (!clip.at_input) {
        return behind[clip.stage];
    }
    return clip.stage == 0 ? Complex{1.0} : behind[clip.stage - 1];
}

/// Volts that 1.0 in the dry recording stands for.
double source_volts(const Chain& chain) { return chain.is_silent ? 0.0 : peak_volts(chain.source); }

/// The noise behind the last stage: power of full scale a Hz, in the band that its figures are for.
double noise_at_end(const Chain& chain, double frequency_hz) {
    if (frequency_hz < circuit::band_low.value() || frequency_hz > circuit::band_high.value()) {
        return 0.0;
    }
    const double full_scale = peak_volts(chain.full_scale);
    return circuit::noise_density(chain.path, Hertz{frequency_hz}) / (full_scale * full_scale);
}

/// The response of each section, at `frames` / 2 + 1 frequencies up to half the rate. The first
/// begins at the samples of the dry recording, the last ends in full scales.
std::vector<std::vector<Complex>> section_responses(const Chain& chain,
                                                    const std::vector<std::size_t>& clips,
                                                    std::size_t frames,
                                                    double rate_hz) {
    std::vector<std::vector<Complex>> sections(clips.size() + 1);
    for (std::size_t k = 0; k <= frames / 2; ++k) {
        const double hz = static_cast<double>(k) * rate_hz / static_cast<double>(frames);
        const auto behind = circuit::transfers(chain.path, Hertz{usable(hz)});
        Complex from{1.0};
        for (std::size_t i = 0; i <= clips.size(); ++i) {
            const Complex to =
                i == clips.size() ? behind.back() : at_clip(behind, chain.clips[clips[i]]);
            const double unit = (i == 0 ? source_volts(chain) : 1.0) /
                                (i == clips.size() ? peak_volts(chain.full_scale) : 1.0);
            // Where a coupling capacitor lets nothing in, nothing comes out either.
            sections[i].push_back(std::abs(from) > 0.0 ? unit * to / from : Complex{0.0});
            from = to;
        }
    }
    return sections;
}

FftFilter filter_of(const std::vector<Complex>& response,
                    double rate_hz,
                    std::shared_ptr<FftWorkspace> workspace = nullptr) {
    const std::size_t frames = 2 * (response.size() - 1);
    return {frames, rate_hz,
            [&](double frequency_hz) {
                return response[static_cast<std::size_t>(
                    std::llround(frequency_hz * static_cast<double>(frames) / rate_hz))];
            },
            std::move(workspace)};
}

} // namespace

std::vector<std::size_t> reachable_clips(const Chain& chain, Hertz sample_rate) {
    std::vector<std::size_t> reachable;
    if (chain.is_silent) {
        return reachable;
    }
    constexpr std::size_t coarse = 2048; // good enough for how high a filter can peak
    for (std::size_t i = 0; i < chain.clips.size(); ++i) {
        const auto way =
            filter_of(section_responses(chain, {i}, coarse, sample_rate.value()).front(),
                      sample_rate.value());
        const double most = way.peak_gain() * static_cast<double>(chain.dry_peak);
        const dsp::ClipCurve curve{static_cast<float>(peak_volts(chain.clips[i].level)),
                                   chain.clips[i].shape};
        if (most > static_cast<double>(curve.straight_to())) {
            reachable.push_back(i);
        }
    }
    return reachable;
}

namespace {

/// How many times larger a signal is at clip point `to` than at `from`; nothing if its shape is
/// another there.
std::optional<double> straight_gain(const Chain& chain, std::size_t from, std::size_t to) {
    const auto ratio = [&](double frequency_hz) {
        const auto behind = circuit::transfers(chain.path, Hertz{frequency_hz});
        return at_clip(behind, chain.clips[to]) / at_clip(behind, chain.clips[from]);
    };
    constexpr double close = 0.012;              // 0.1 dB, or 0.7 degrees
    constexpr double third = 1.2599210498948732; // 2^(1 / 3)
    const Complex middle = ratio(1000.0);
    for (double hz = circuit::band_low.value(); hz <= circuit::band_high.value(); hz *= third) {
        if (!(std::abs(ratio(hz) / middle - 1.0) < close)) {
            return std::nullopt;
        }
    }
    return std::abs(middle);
}

} // namespace

dsp::ClipCurve Bend::curve(dsp::ClipShape shape) const {
    float lowest = points.front().volts;
    for (const Point& point : points) {
        lowest = std::min(lowest, point.volts);
    }
    return {lowest, shape};
}

std::vector<Bend> bends_at(const Chain& chain, const std::vector<std::size_t>& clips) {
    std::vector<Bend> bends;
    for (const std::size_t clip : clips) {
        const double volts = peak_volts(chain.clips[clip].level);
        if (!bends.empty() && chain.clips[clip].shape == ClipShape::hard) {
            const std::size_t first = bends.back().points.front().clip;
            const auto gain = chain.clips[first].shape == ClipShape::hard
                                  ? straight_gain(chain, first, clip)
                                  : std::nullopt;
            if (gain) {
                bends.back().points.push_back({clip, static_cast<float>(volts / *gain)});
                continue;
            }
        }
        bends.push_back({{{clip, static_cast<float>(volts)}}});
    }
    return bends;
}

Analogue::Analogue(std::unique_ptr<audio::io::Source> dry, const Chain& chain)
    : dry_(std::move(dry)),
      bends_(bends_at(chain, reachable_clips(chain, dry_->info().sample_rate))) {
    const double rate_hz = dry_->info().sample_rate.value();
    std::vector<std::size_t> firsts;
    for (const Bend& bend : bends_) {
        firsts.push_back(bend.points.front().clip);
    }
    const auto responses = section_responses(chain, firsts, block_frames(rate_hz), rate_hz);
    const auto workspace = fft_workspace(block_frames(rate_hz));
    ways_.resize(static_cast<std::size_t>(dry_->info().layout.channels()));
    for (std::size_t c = 0; c < ways_.size(); ++c) {
        for (const std::vector<Complex>& response : responses) {
            ways_[c].filters.push_back(filter_of(response, rate_hz, workspace));
        }
        ways_[c].filters.back().add_noise([&](double hz) { return noise_at_end(chain, hz); },
                                          c + 1);
        for (const Bend& bend : bends_) {
            ways_[c].clips.emplace_back(bend.curve(chain.clips[bend.points.front().clip].shape));
        }
    }
    block_ = audio::AudioBuffer(static_cast<int>(ways_.size()), block_frames(rate_hz));
    skip_ = FftFilter::delay * (bends_.size() + 1) + dsp::OversampledClip::delay * bends_.size();
}

void Analogue::through(Way& way, std::span<float> samples) {
    for (std::size_t i = 0; i < way.filters.size(); ++i) {
        way.filters[i].process(samples, samples);
        if (i < way.clips.size()) {
            way.clips[i].process(samples);
        }
    }
}

std::vector<std::size_t> Analogue::bent() const {
    std::vector<std::size_t> bent;
    for (std::size_t i = 0; i < bends_.size(); ++i) {
        float highest = 0.0f;
        for (const Way& way : ways_) {
            highest = std::max(highest, way.clips[i].highest());
        }
        for (const Bend::Point& point : bends_[i].points) {
            if (highest > point.volts) {
                bent.push_back(point.clip);
                highest = point.volts; // what the next one behind it gets
            }
        }
    }
    return bent;
}

Result<bool> Analogue::next_block() {
    std::size_t filled = 0;
    while (!dry_ended_ && filled < block_.frames()) {
        const auto read = dry_->read(block_.view().slice(filled, block_.frames() - filled));
        if (!read) {
            return read.error();
        }
        dry_ended_ = *read == 0;
        filled += *read;
    }
    owed_ += filled;
    if (owed_ == 0) {
        return false;
    }
    // Silence behind the end, for what the filters still hold.
    for (std::size_t c = 0; c < ways_.size(); ++c) {
        const auto samples = block_.channel(static_cast<int>(c));
        std::ranges::fill(samples.subspan(filled), 0.0f);
        for (float& x : samples) {
            x = std::isfinite(x) ? x : 0.0f; // one NaN would blank a whole block
        }
        through(ways_[c], samples);
    }
    ready_ = block_.frames();
    return true;
}

Result<std::size_t> Analogue::read(audio::AudioView out) {
    std::size_t given = 0;
    while (given < out.frames()) {
        if (ready_ == 0) {
            const auto more = next_block();
            if (!more) {
                return more.error();
            }
            if (!*more) {
                break;
            }
        }
        const std::size_t dropped = std::min(skip_, ready_);
        skip_ -= dropped;
        ready_ -= dropped;
        const auto frames = static_cast<std::size_t>(
            std::min<std::uint64_t>({ready_, out.frames() - given, owed_}));
        audio::copy(std::as_const(block_).view().slice(block_.frames() - ready_, frames),
                    out.slice(given, frames));
        given += frames;
        ready_ -= frames;
        owed_ -= frames;
        if (owed_ == 0 && dry_ended_) {
            break;
        }
    }
    return given;
}

} // namespace gainstage::sounding
