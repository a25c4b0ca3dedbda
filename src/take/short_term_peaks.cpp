// SPDX-License-Identifier: MIT
#include "take/short_term_peaks.h"

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr double hop_s = 0.05; // shorter than a syllable or a stroke, longer than a period of 20 Hz
constexpr std::size_t most_hops = 65536;

} // namespace

void ShortTermPeaks::prepare(const audio::Spec& spec) {
    sample_rate_ = spec.sample_rate.value();
    base_frames_ = std::max<std::size_t>(1, static_cast<std::size_t>(hop_s * sample_rate_));
    peaks_.reserve(most_hops);
    reset();
}

void ShortTermPeaks::reset() noexcept {
    hop_frames_ = base_frames_;
    frames_ = 0;
    open_ = 0.0f;
    peaks_.clear();
}

void ShortTermPeaks::process(audio::ConstAudioView block) noexcept {
    std::size_t done = 0;
    while (done < block.frames()) {
        const std::size_t count = std::min(hop_frames_ - frames_, block.frames() - done);
        float highest = open_;
        for (int c = 0; c < block.channels(); ++c) {
            for (const float x : block.slice(done, count).channel(c)) {
                const float magnitude = std::abs(x);
                // False for NaN too.
                highest = magnitude > highest && std::isfinite(magnitude) ? magnitude : highest;
            }
        }
        open_ = highest;
        done += count;
        frames_ += count;
        if (frames_ == hop_frames_) {
            close_hop();
        }
    }
}

void ShortTermPeaks::close_hop() noexcept {
    peaks_.push_back(open_);
    frames_ = 0;
    open_ = 0.0f;
    if (peaks_.size() < most_hops) {
        return;
    }
    for (std::size_t i = 0; i < most_hops / 2; ++i) {
        peaks_[i] = std::max(peaks_[2 * i], peaks_[2 * i + 1]);
    }
    peaks_.resize(most_hops / 2);
    hop_frames_ *= 2;
}

Seconds ShortTermPeaks::hop() const noexcept {
    return Seconds{static_cast<double>(hop_frames_) / sample_rate_};
}

} // namespace gainstage::take
