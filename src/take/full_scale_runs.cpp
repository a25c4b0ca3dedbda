// SPDX-License-Identifier: MIT
#include "take/full_scale_runs.h"

#include "meter/clipped_runs.h"

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr float clip_point_lin = meter::ClippedRuns::threshold;
constexpr std::uint64_t clip_reach_ms = 5;

/// Without a branch: it is asked of every block, and nearly always false. NaN isn't.
bool reaches_full_scale(std::span<const float> samples) noexcept {
    float highest = 0.0f;
    for (const float x : samples) {
        const float height = std::abs(x);
        highest = height > highest ? height : highest;
    }
    return highest >= clip_point_lin;
}

} // namespace

void FullScaleRuns::prepare(const audio::Spec& spec) {
    channels_.resize(static_cast<std::size_t>(spec.channels()));
    rate_hz_ = static_cast<std::uint64_t>(std::max(1.0, std::round(spec.sample_rate.value())));
    reset();
}

void FullScaleRuns::reset() noexcept {
    std::ranges::fill(channels_, Channel{});
    begins_.fill(0);
    frames_ = 0;
}

void FullScaleRuns::process(audio::ConstAudioView block) noexcept {
    for (int c = 0; c < block.channels(); ++c) {
        Channel& channel = channels_[static_cast<std::size_t>(c)];
        const auto samples = block.channel(c);
        if (!reaches_full_scale(samples)) {
            channel.open_frames = samples.empty() ? channel.open_frames : 0;
            continue;
        }
        for (std::size_t n = 0; n < samples.size(); ++n) {
            channel.open_frames =
                std::abs(samples[n]) >= clip_point_lin ? channel.open_frames + 1 : 0;
            if (channel.open_frames == meter::ClippedRuns::least_frames) {
                const std::uint64_t begin = frames_ + n + 1 - meter::ClippedRuns::least_frames;
                const std::uint64_t ms = ms_of(begin);
                begins_[ms % remembered_ms] = ms + 1;
            }
        }
    }
    frames_ += block.frames();
}

bool FullScaleRuns::is_near(std::uint64_t frame) const noexcept {
    const std::uint64_t centre = ms_of(frame);
    const std::uint64_t first = centre - std::min(centre, clip_reach_ms);
    for (std::uint64_t ms = first; ms <= centre + clip_reach_ms; ++ms) {
        if (begins_[ms % remembered_ms] == ms + 1) {
            return true;
        }
    }
    return false;
}

} // namespace gainstage::take
