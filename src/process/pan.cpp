// SPDX-License-Identifier: MIT
#include "process/pan.h"

#include "process/prepare.h"

#include <algorithm>
#include <numbers>

namespace gainstage::process {
namespace {

double clamped(double position) {
    return std::isnan(position) ? 0.0 : std::clamp(position, -1.0, 1.0);
}

constexpr double quarter_pi = std::numbers::pi / 4.0;

/// sin(pi/2) and its neighbours are exact at the ends: hard left is silence on the right, not -320
/// dB.
double sine_of_quarter_turns(double turns) {
    return turns <= 0.0 ? 0.0 : std::sin(turns * 2.0 * quarter_pi);
}

void multiply(std::span<const float> in, std::span<const float> factors, std::span<float> out) {
    for (std::size_t n = 0; n < out.size(); ++n) {
        out[n] = in[n] * factors[n];
    }
}

} // namespace

SideGains pan_gains(double position) noexcept {
    const double turn = (clamped(position) + 1.0) / 2.0;
    return {Gain::from_amplitude_ratio(sine_of_quarter_turns(1.0 - turn)),
            Gain::from_amplitude_ratio(sine_of_quarter_turns(turn))};
}

SideGains balance_gains(double position) noexcept {
    const double p = clamped(position);
    const auto far = [](double away) {
        return away <= 0.0 ? Gain{}
                           : Gain::from_amplitude_ratio(std::numbers::sqrt2 *
                                                        sine_of_quarter_turns((1.0 - away) / 2.0));
    };
    return {far(p), far(-p)};
}

void Pan::prepare(const audio::Spec& spec) {
    require_usable(spec);
    using enum audio::Speaker;
    constexpr audio::Speaker on_left[] = {left,          left_surround, left_rear,
                                          left_centre,   left_wide,     top_left_front,
                                          top_left_side, top_left_rear, bottom_left_front};
    constexpr audio::Speaker on_right[] = {right,          right_surround, right_rear,
                                           right_centre,   right_wide,     top_right_front,
                                           top_right_side, top_right_rear, bottom_right_front};
    mono_ = spec.channels() == 1;
    sides_.clear();
    for (int c = 0; c < spec.channels(); ++c) {
        const bool is_left = std::ranges::count(on_left, spec.layout[c]) > 0;
        const bool is_right = std::ranges::count(on_right, spec.layout[c]) > 0;
        sides_.push_back(is_left ? Side::left : is_right ? Side::right : Side::neither);
    }
    if (mono_) {
        sides_ = {Side::left, Side::right};
    }
    for (std::size_t side = 0; side < 2; ++side) {
        ramps_[side].prepare(frames_of(ramp_s, spec));
        factors_[side].assign(static_cast<std::size_t>(spec.max_frames), 0.0f);
    }
    reset();
}

void Pan::set_targets() noexcept {
    heard_position_ = position_.load(std::memory_order_relaxed);
    const double position = static_cast<double>(heard_position_);
    const SideGains gains = mono_ ? pan_gains(position) : balance_gains(position);
    ramps_[0].set_target(static_cast<float>(gains.left.to_amplitude_ratio()));
    ramps_[1].set_target(static_cast<float>(gains.right.to_amplitude_ratio()));
}

void Pan::reset() noexcept {
    set_targets();
    for (dsp::Ramp& ramp : ramps_) {
        ramp.reset(ramp.target());
    }
}

void Pan::set_position(double position) noexcept {
    position_.store(static_cast<float>(clamped(position)), std::memory_order_relaxed);
}

void Pan::process(audio::ConstAudioView in, audio::AudioView out) noexcept {
    if (position_.load(std::memory_order_relaxed) != heard_position_) {
        set_targets();
    }
    for (std::size_t side = 0; side < 2; ++side) {
        ramps_[side].fill(std::span(factors_[side]).first(out.frames()));
    }
    // From the last channel down: the mono input may be the first channel of the output.
    for (int c = out.channels(); c-- > 0;) {
        const std::span<const float> source = in.channel(mono_ ? 0 : c);
        const Side side = sides_[static_cast<std::size_t>(c)];
        if (side != Side::neither) {
            multiply(source, factors_[side == Side::left ? 0 : 1], out.channel(c));
        } else if (source.data() != out.channel(c).data()) {
            std::ranges::copy(source, out.channel(c).begin());
        }
    }
}

} // namespace gainstage::process
