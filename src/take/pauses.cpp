// SPDX-License-Identifier: MIT
#include "take/pauses.h"

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr double pause_part_s = 0.05;
// Noise of 20 kHz bandwidth wanders by 0.2 dB over parts of 50 ms, a room's rumble below 200 Hz by
// 2 dB: within 3 dB is standing still.
constexpr double steady_ratio = 2.0;

} // namespace

void Pauses::prepare(const audio::Spec& spec) {
    part_frames_ =
        std::max<std::size_t>(1, static_cast<std::size_t>(pause_part_s * spec.sample_rate.value()));
    channels_ = spec.channels();
    reset();
}

void Pauses::reset() noexcept {
    frames_ = 0;
    sums_.fill(0.0);
    squares_.fill(0.0);
    parts_since_silence_ = 0;
    position_ = 0;
    found_ = false;
}

void Pauses::process(audio::ConstAudioView block) noexcept {
    std::size_t done = 0;
    while (done < block.frames()) {
        const std::size_t count = std::min(part_frames_ - frames_, block.frames() - done);
        for (int c = 0; c < block.channels(); ++c) {
            double sum = 0.0;
            double squares = 0.0;
            for (const float sample : block.slice(done, count).channel(c)) {
                const double x = std::isfinite(sample) ? static_cast<double>(sample) : 0.0;
                sum += x;
                squares += x * x;
            }
            sums_[static_cast<std::size_t>(c)] += sum;
            squares_[static_cast<std::size_t>(c)] += squares;
        }
        done += count;
        frames_ += count;
        if (frames_ == part_frames_) {
            close_part();
        }
    }
}

void Pauses::close_part() noexcept {
    double power = 0.0;
    double total = 0.0;
    for (std::size_t c = 0; c < static_cast<std::size_t>(channels_); ++c) {
        const double mean = sums_[c] / static_cast<double>(frames_);
        power += std::max(0.0, squares_[c] / static_cast<double>(frames_) - mean * mean);
        total += squares_[c];
    }
    frames_ = 0;
    sums_.fill(0.0);
    squares_.fill(0.0);
    powers_[position_] = power / channels_;
    position_ = (position_ + 1) % parts;
    parts_since_silence_ = total > 0.0 ? std::min(parts_since_silence_ + 1, parts) : 0;
    if (parts_since_silence_ < parts) {
        return;
    }
    const auto [least, most] = std::minmax_element(powers_.begin(), powers_.end());
    if (*most > steady_ratio * *least) {
        return;
    }
    double mean = 0.0;
    for (const double part : powers_) {
        mean += part / static_cast<double>(parts);
    }
    least_ = found_ ? std::min(least_, mean) : mean;
    found_ = true;
}

std::optional<DbfsRmsMath> Pauses::floor() const noexcept {
    return found_ ? std::optional(DbfsRmsMath::from_amplitude(std::sqrt(least_))) : std::nullopt;
}

} // namespace gainstage::take
