// SPDX-License-Identifier: MIT
#include "mix/fold.h"

#include "process/pan.h"

#include <numbers>

namespace gainstage::mix {

namespace {

StereoGains place_of(audio::Speaker speaker) noexcept {
    using enum audio::Speaker;
    constexpr double half_power = 1.0 / std::numbers::sqrt2;
    switch (speaker) {
    case left:
    case left_centre:
    case left_wide:
        return {1.0, 0.0};
    case right:
    case right_centre:
    case right_wide:
        return {0.0, 1.0};
    case lfe:
    case lfe2:
        return {0.0, 0.0};
    case left_surround:
    case left_rear:
    case top_left_front:
    case top_left_side:
    case top_left_rear:
    case bottom_left_front:
        return {half_power, 0.0};
    case right_surround:
    case right_rear:
    case top_right_front:
    case top_right_side:
    case top_right_rear:
    case bottom_right_front:
        return {0.0, half_power};
    case centre_rear:
    case top_centre_front:
    case top_centre_rear:
    case top_centre:
    case bottom_centre_front:
        return {0.5, 0.5};
    case unknown:
    case mono:
    case centre:
        return {half_power, half_power};
    }
    return {half_power, half_power};
}

} // namespace

std::vector<StereoGains> fold(const audio::ChannelLayout& layout, double pan, Gain gain) {
    const double gain_lin = gain.to_amplitude_ratio();
    const bool is_mono = layout.channels() == 1;
    const auto sides = is_mono ? process::pan_gains(pan) : process::balance_gains(pan);
    const double left_lin = gain_lin * sides.left.to_amplitude_ratio();
    const double right_lin = gain_lin * sides.right.to_amplitude_ratio();
    std::vector<StereoGains> out;
    for (int c = 0; c < layout.channels(); ++c) {
        const StereoGains place = is_mono ? StereoGains{1.0, 1.0}
                                  : layout.channels() == 2
                                      ? StereoGains{c == 0 ? 1.0 : 0.0, c == 1 ? 1.0 : 0.0}
                                      : place_of(layout[c]);
        out.push_back({place.left * left_lin, place.right * right_lin});
    }
    return out;
}

} // namespace gainstage::mix
