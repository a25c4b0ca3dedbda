// SPDX-License-Identifier: MIT
#include "process/true_peak_limiter.h"

#include "dsp/inter_sample_peaks.h"
#include "process/prepare.h"

#include <algorithm>
#include <cmath>

namespace gainstage::process {
namespace {

/// Samples either side of a peak that get its full reduction: the interpolation's main lobe and its
/// first side lobes, so that a peak between samples is turned down as a whole.
constexpr std::size_t flat_frames = 4;

/// A chunk's working set (a stereo line, control) stays in the first-level cache.
constexpr std::size_t largest_chunk_frames = 512;

/// Half a period of 10 Hz, a whole one of 20 Hz: peaks of the lowest notes count as one sustained
/// reduction.
constexpr double hold_s = 0.050;

/// The slow part of the release takes on a sustained reduction in six release times and lets go of
/// it in eight: a single peak (held for 50 ms) leaves 13 % of its depth to it at the default
/// release, a note of half a second 75 %.
constexpr double charge_ratio = 6.0;
constexpr double slow_ratio = 8.0;

/// 0.0005 dB. What is left of a release below it is dropped, so that the gain returns to exactly 1:
/// a step 84 dB under the signal, spread over the smoother's length.
constexpr double smallest_depth = 0x1p-14;

constexpr float largest_sample = 1e18f; // +360 dBFS: sums of 32 products of it are still finite

constexpr float counted_depth = 0.011447f; // 1 - 10^(-0.1 / 20): 0.1 dB

double share_per_frame(double time_s, double sample_rate_hz) {
    return -std::expm1(-1.0 / (time_s * sample_rate_hz));
}

double within(const ParamSpec& spec, Seconds value) {
    return std::isnan(value.value()) ? spec.default_value * 1e-3
                                     : std::clamp(value.value(), spec.min * 1e-3, spec.max * 1e-3);
}

void raise(std::atomic<float>& maximum, float value) noexcept {
    float seen = maximum.load(std::memory_order_relaxed);
    while (value > seen && !maximum.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
    }
}

} // namespace

void TruePeakLimiter::Release::prepare(double sample_rate_hz) {
    sample_rate_hz_ = sample_rate_hz;
    // One slot more than the hold would need, since the last one is only partly filled.
    slot_frames_ =
        static_cast<std::size_t>(std::lround(hold_s * sample_rate_hz / static_cast<double>(slots)));
    reset();
}

void TruePeakLimiter::Release::reset() noexcept {
    depth_ = slow_depth_ = 0.0;
    held_.fill(0.0f);
    running_ = held_max_ = 0.0f;
    slot_ = in_slot_ = 0;
}

void TruePeakLimiter::Release::set_time(double release_s) noexcept {
    fast_ = share_per_frame(release_s, sample_rate_hz_);
    charge_ = share_per_frame(charge_ratio * release_s, sample_rate_hz_);
    slow_ = share_per_frame(slow_ratio * release_s, sample_rate_hz_);
}

bool TruePeakLimiter::Release::is_clear() const noexcept {
    return depth_ == 0.0 && slow_depth_ == 0.0 && held_max_ == 0.0f && running_ == 0.0f;
}

void TruePeakLimiter::Release::skip(std::size_t frames) noexcept {
    in_slot_ = (in_slot_ + frames) %
               slot_frames_; // or the next reduction would depend on how the stream is cut
}

void TruePeakLimiter::Release::next_slot() noexcept {
    held_[slot_] = running_;
    slot_ = (slot_ + 1) % slots;
    held_max_ = *std::ranges::max_element(held_);
    running_ = 0.0f;
    in_slot_ = 0;
}

void TruePeakLimiter::Release::process(std::span<float> depths) noexcept {
    double depth = depth_;
    double slow_depth = slow_depth_;
    for (float& demand : depths) {
        running_ = std::max(running_, demand);
        const auto held = static_cast<double>(std::max(held_max_, running_));
        slow_depth += (held > slow_depth ? charge_ : slow_) * (held - slow_depth);
        slow_depth = slow_depth < smallest_depth && held == 0.0 ? 0.0 : slow_depth;
        const double released = depth - fast_ * std::max(depth - slow_depth, 0.0);
        depth = std::max(static_cast<double>(demand), released < smallest_depth ? 0.0 : released);
        demand = static_cast<float>(depth);
        if (++in_slot_ == slot_frames_) {
            next_slot();
        }
    }
    depth_ = depth;
    slow_depth_ = slow_depth;
}

void TruePeakLimiter::prepare(const audio::Spec& spec) {
    require_usable(spec);
    const std::size_t length =
        std::clamp<std::size_t>(frames_of(lookahead_s_, spec), 3, dsp::BoxSmoother::max_length);
    smoother_.prepare(length);
    hold_.prepare(length + 2 * flat_frames);
    release_.prepare(spec.sample_rate.value());
    drive_.prepare(frames_of(ramp_s, spec));
    // The peak of frame n is known inter_sample_after frames later; the gain that it asks for is
    // complete when the smoother is full of it, and is kept flat_frames longer on either side.
    delay_frames_ = dsp::inter_sample_after + length - 1 + flat_frames;
    past_frames_ = std::max(delay_frames_, dsp::inter_sample_after + dsp::inter_sample_before);
    chunk_frames_ = std::min(static_cast<std::size_t>(spec.max_frames), largest_chunk_frames);
    const std::size_t cells = (chunk_frames_ + dsp::inter_sample_cell - 1) / dsp::inter_sample_cell;
    const std::size_t room = cells * dsp::inter_sample_cell;
    stride_ = past_frames_ + room + dsp::inter_sample_cell;
    lines_.assign(stride_ * static_cast<std::size_t>(spec.channels()), 0.0f);
    control_.assign(room, 0.0f);
    drives_.assign(room, 0.0f);
    reset();
}

void TruePeakLimiter::reset() noexcept {
    std::ranges::fill(lines_, 0.0f);
    hold_.reset();
    release_.reset();
    heard_release_s_ = 0.0;
    smoother_.reset();
    drive_.reset(drive_lin_.load(std::memory_order_relaxed));
    non_finite_.store(0, std::memory_order_relaxed);
    static_cast<void>(take_activity());
}

void TruePeakLimiter::set_drive(Gain drive) noexcept {
    drive_lin_.store(static_cast<float>(drive.to_amplitude_ratio()), std::memory_order_relaxed);
}

void TruePeakLimiter::set_ceiling(Dbtp ceiling) noexcept {
    // Rounded down: a ceiling is never passed by a rounding.
    const auto rounded = static_cast<float>(ceiling.to_amplitude());
    const bool above = static_cast<double>(rounded) > ceiling.to_amplitude();
    ceiling_lin_.store(above ? std::nextafter(rounded, 0.0f) : rounded, std::memory_order_relaxed);
}

void TruePeakLimiter::set_release(Seconds release) noexcept {
    release_s_.store(within(true_peak_limiter_params[2], release), std::memory_order_relaxed);
}

void TruePeakLimiter::set_lookahead(Seconds lookahead) noexcept {
    lookahead_s_ = within(true_peak_limiter_params[3], lookahead);
}

void TruePeakLimiter::process(audio::AudioView block) noexcept {
    drive_.set_target(drive_lin_.load(std::memory_order_relaxed));
    if (const double release_s = release_s_.load(std::memory_order_relaxed);
        release_s != heard_release_s_) {
        heard_release_s_ = release_s;
        release_.set_time(release_s);
    }
    for (std::size_t first = 0; first < block.frames(); first += chunk_frames_) {
        process_chunk(block.slice(first, std::min(chunk_frames_, block.frames() - first)));
    }
}

void TruePeakLimiter::take_in(audio::AudioView block) noexcept {
    const std::span<float> drives = std::span(drives_).first(block.frames());
    drive_.fill(drives);
    std::uint64_t non_finite = 0;
    for (int c = 0; c < block.channels(); ++c) {
        const std::span<const float> in = block.channel(c);
        float* const line = lines_.data() + stride_ * static_cast<std::size_t>(c) + past_frames_;
        for (std::size_t n = 0; n < in.size(); ++n) {
            const float driven = in[n] * drives[n];
            const bool usable = std::abs(driven) <= largest_sample; // false for NaN
            line[n] = usable ? driven : 0.0f;
            non_finite += usable ? 0 : 1;
        }
    }
    if (non_finite > 0) {
        non_finite_.fetch_add(non_finite, std::memory_order_relaxed);
    }
}

void TruePeakLimiter::find_depths(std::size_t frames) noexcept {
    const float ceiling = ceiling_lin_.load(std::memory_order_relaxed);
    const std::span<float> control = std::span(control_).first(frames);
    std::ranges::fill(control_, 0.0f);
    for (std::size_t line = 0; line < lines_.size(); line += stride_) {
        const float* newest_known = lines_.data() + line + past_frames_ - dsp::inter_sample_after;
        dsp::inter_sample_peaks(newest_known, frames, ceiling, control_.data());
    }
    for (float& peak : control) {
        peak = peak > ceiling ? 1.0f - ceiling / peak : 0.0f;
    }
}

void TruePeakLimiter::put_out(audio::AudioView block, bool limiting) noexcept {
    for (int c = 0; c < block.channels(); ++c) {
        float* const line = lines_.data() + stride_ * static_cast<std::size_t>(c);
        const float* const delayed = line + past_frames_ - delay_frames_;
        const std::span<float> out = block.channel(c);
        if (limiting) {
            for (std::size_t n = 0; n < out.size(); ++n) {
                out[n] = delayed[n] * control_[n];
            }
        } else {
            std::copy_n(delayed, out.size(), out.begin());
        }
        std::copy_n(line + out.size(), past_frames_, line);
    }
}

void TruePeakLimiter::count_activity(std::span<const float> depths) noexcept {
    float deepest = 0.0f;
    double sum = 0.0;
    std::uint64_t limited = 0;
    for (const float depth : depths) {
        deepest = std::max(deepest, depth);
        sum += static_cast<double>(depth);
        limited += depth > counted_depth ? 1 : 0;
    }
    raise(activity_max_depth_, deepest);
    activity_depth_sum_.fetch_add(sum, std::memory_order_relaxed);
    activity_limited_.fetch_add(limited, std::memory_order_relaxed);
}

void TruePeakLimiter::process_chunk(audio::AudioView block) noexcept {
    take_in(block);
    find_depths(block.frames());
    const std::span<float> control = std::span(control_).first(block.frames());
    const bool asked = std::ranges::any_of(control, [](float depth) { return depth > 0.0f; });
    const bool limiting =
        asked || !hold_.is_clear() || !release_.is_clear() || !smoother_.is_clear();
    if (limiting) {
        hold_.process(control);
        release_.process(control);
        smoother_.process(control);
        count_activity(control);
        for (float& depth : control) {
            depth = 1.0f - depth;
        }
    } else {
        release_.skip(block.frames());
    }
    activity_frames_.fetch_add(block.frames(), std::memory_order_relaxed);
    put_out(block, limiting);
}

LimiterActivity TruePeakLimiter::take_activity() noexcept {
    LimiterActivity activity;
    activity.frames = activity_frames_.exchange(0, std::memory_order_relaxed);
    activity.limited_frames = activity_limited_.exchange(0, std::memory_order_relaxed);
    const auto deepest =
        static_cast<double>(activity_max_depth_.exchange(0.0f, std::memory_order_relaxed));
    const double sum = activity_depth_sum_.exchange(0.0, std::memory_order_relaxed);
    activity.max_reduction = -Gain::from_amplitude_ratio(1.0 - deepest);
    if (activity.frames > 0) {
        activity.mean_reduction =
            -Gain::from_amplitude_ratio(1.0 - sum / static_cast<double>(activity.frames));
    }
    return activity;
}

} // namespace gainstage::process
