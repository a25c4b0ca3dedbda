// SPDX-License-Identifier: MIT
#include "take/earlier_clipping.h"

#include "audio/io/each_block.h"
#include "take/median.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gainstage::take {
namespace {

// How near the level samples are counted, as parts of it; and how many more of them there must be
// on the earlier rate's samples than between them. Clipped speech of 8 kHz has 1.9 to 10 times as
// many, voices that end at 8 kHz by nature 0.5 to 2.1 times, at most by 2.4 deviations.
constexpr std::array widths = {0.001f, 0.004f, 0.01f};
constexpr double least_ratio = 1.5;
constexpr double deviations_told = 2.5; // of a Poisson difference
constexpr double much_lower = 0.9;      // 44.1 for 48 kHz isn't
// Peaks of two samples that happen to lie side by side at that rate lack nothing on top.
constexpr Gain least_depth = Gain::from_db(0.3);

/// How a stream is brought back, and what is left of it then, as part of half the lower rate. Where
/// a voice ends there by nature, a steep filter leaves what looks cut off.
struct WayBack {
    audio::io::Slope slope;
    double passes;
};

constexpr WayBack to_much_lower{audio::io::Slope::gentle, 0.905};
constexpr WayBack to_near{audio::io::Slope::steep, 0.95};

// FlatTops leaves full scale to the bridge, which can't see it here.
constexpr float softening = 0.25f;
// Where a stream begins in the middle of a sound, converting it rings higher than the sound itself.
constexpr float fade_in_frames = 256.0f;

WayBack way_back(Hertz rate, Hertz now) {
    return rate.value() < much_lower * now.value() ? to_much_lower : to_near;
}

using Counts = std::array<std::uint64_t, widths.size()>;

/// A stream at another rate, begun `skipped` frames late.
Result<std::unique_ptr<audio::io::Source>>
converted(const OpenAgain& open, Hertz rate, std::size_t skipped) {
    auto source = open();
    if (!source) {
        return source.error();
    }
    if (skipped > 0) {
        audio::AudioBuffer unheard((*source)->info().layout.channels(), skipped);
        if (const auto read = (*source)->read(unheard.view()); !read) {
            return read.error();
        }
    }
    const auto slope = way_back(rate, (*source)->info().sample_rate).slope;
    return audio::io::resample(std::move(*source), rate, slope);
}

/// The stream at another rate, heard; silence for channels that aren't worth it.
Result<FlatTops> heard_at(const FlatTops& as_it_is,
                          const OpenAgain& open,
                          Hertz rate,
                          const audio::io::Watch& watch) {
    auto source = converted(open, rate, 0);
    if (!source) {
        return source.error();
    }
    FlatTops flat_tops;
    flat_tops.prepare({.sample_rate = rate,
                       .layout = (*source)->info().layout,
                       .max_frames = audio::io::block_frames});
    const int channels = (*source)->info().layout.channels();
    audio::AudioBuffer softer(channels, audio::io::block_frames);
    std::uint64_t frame = 0;
    std::vector<float> gains;
    for (int c = 0; c < channels; ++c) {
        gains.push_back(as_it_is.may_have_clipped_earlier(c) ? softening : 0.0f);
    }
    const Status heard =
        audio::io::each_block(**source, channels, watch, [&](audio::ConstAudioView block) {
            for (int c = 0; c < block.channels(); ++c) {
                const float gain = gains[static_cast<std::size_t>(c)];
                const auto in = block.channel(c);
                const auto out = softer.channel(c);
                for (std::size_t n = 0; n < in.size(); ++n) {
                    const auto into = static_cast<float>(frame + n);
                    out[n] = gain * std::min(1.0f, into / fade_in_frames) * in[n];
                }
            }
            frame += block.frames();
            flat_tops.process(std::as_const(softer).view().first(block.frames()));
        });
    if (!heard) {
        return heard.error();
    }
    return flat_tops;
}

/// So many frames that the earlier rate's samples fall between where they were.
std::size_t half_a_sample(double ratio) {
    constexpr std::size_t most = 40;
    std::size_t best = 1;
    const auto from_half = [&](std::size_t frames) {
        const double samples = static_cast<double>(frames) * ratio;
        return std::abs(samples - std::floor(samples) - 0.5);
    };
    for (std::size_t frames = 2; frames < most; ++frames) {
        best = from_half(frames) < from_half(best) - 0.02 ? frames : best;
    }
    return best;
}

Result<Counts> samples_near(float level,
                            const OpenAgain& open,
                            Hertz rate,
                            std::size_t skipped,
                            const audio::io::Watch& watch) {
    auto source = converted(open, rate, skipped);
    if (!source) {
        return source.error();
    }
    Counts counts{};
    const Status heard = audio::io::each_block(
        **source, (*source)->info().layout.channels(), watch, [&](audio::ConstAudioView block) {
            for (int c = 0; c < block.channels(); ++c) {
                for (const float x : block.channel(c)) {
                    const float distance = std::abs(std::abs(x) - level);
                    for (std::size_t k = 0; k < widths.size(); ++k) {
                        counts[k] += distance <= widths[k] * level ? 1 : 0;
                    }
                }
            }
        });
    if (!heard) {
        return heard.error();
    }
    return counts;
}

/// Whether samples lie at the level because that is where this rate's samples lay.
Result<bool> is_on_its_samples(const FlatTopsFound& found,
                               const OpenAgain& open,
                               Hertz rate,
                               Hertz now,
                               const audio::io::Watch& watch) {
    std::vector<double> levels;
    for (const FlatTop& top : found.first) {
        levels.push_back(std::abs(static_cast<double>(top.level)));
    }
    if (levels.empty()) {
        return false;
    }
    const auto level = static_cast<float>(median(levels));
    const auto on = samples_near(level, open, rate, 0, watch);
    const auto between =
        samples_near(level, open, rate, half_a_sample(rate.value() / now.value()), watch);
    if (!on || !between) {
        return on ? between.error() : on.error();
    }
    for (std::size_t k = 0; k < widths.size(); ++k) {
        const auto here = static_cast<double>((*on)[k]);
        const auto beside = static_cast<double>((*between)[k]);
        if (here >= least_ratio * beside &&
            here - beside >= deviations_told * std::sqrt(here + beside + 1.0)) {
            return true;
        }
    }
    return false;
}

bool is_deep(const FlatTop& top) { return !top.by_level_only && top.depth >= least_depth; }

/// What is found at `rate`, where it is sure; otherwise none.
Result<FlatTopsFound> found_at(const FlatTops& as_it_is,
                               const OpenAgain& open,
                               Hertz rate,
                               const audio::io::Watch& watch) {
    const Hertz now = as_it_is.rate();
    const auto heard = heard_at(as_it_is, open, rate, watch);
    if (!heard) {
        return heard.error();
    }
    const auto hardened = [](FlatTopsFound found) {
        for (FlatTop& top : found.first) {
            top.level /= softening;
        }
        return found;
    };
    FlatTopsFound found = hardened(heard->found());
    if (std::ranges::any_of(found.first, is_deep)) {
        const bool lower = rate.value() < much_lower * now.value();
        const auto sure = lower ? is_on_its_samples(found, open, rate, now, {watch.stop, {}})
                                : Result<bool>(true);
        if (!sure) {
            return sure.error();
        }
        if (*sure) {
            return found;
        }
    }
    const double passed = way_back(rate, now).passes * 0.5 * std::min(rate.value(), now.value());
    return hardened(heard->found_without({passed / rate.value()}));
}

/// Where it lies in the stream as it is.
void move_frames(FlatTopsFound& found, double ratio) {
    const auto moved = [&](std::uint64_t frames) {
        return static_cast<std::uint64_t>(std::llround(static_cast<double>(frames) * ratio));
    };
    for (FlatTop& top : found.first) {
        top.first_frame = moved(top.first_frame);
        top.frames = std::max<std::uint64_t>(1, moved(top.frames));
    }
}

} // namespace

Result<std::optional<EarlierClipping>> find_earlier_clipping(const FlatTops& as_it_is,
                                                             const OpenAgain& open,
                                                             const audio::io::Watch& watch) {
    const Hertz now = as_it_is.rate();
    const std::vector<Hertz> rates = as_it_is.earlier_rates();
    for (const Hertz rate : rates) {
        const double ratio = now.value() / rate.value();
        const double parts = 4.0 * static_cast<double>(rates.size());
        const audio::io::Watch part{watch.stop, [&](std::size_t frames) {
                                        watch.advance(static_cast<std::size_t>(
                                            static_cast<double>(frames) * ratio / parts));
                                    }};
        auto found = found_at(as_it_is, open, rate, part);
        if (!found) {
            return found.error();
        }
        if (found->count > 0) {
            move_frames(*found, ratio);
            return std::optional(EarlierClipping{rate, std::move(*found)});
        }
    }
    return std::optional<EarlierClipping>();
}

} // namespace gainstage::take
