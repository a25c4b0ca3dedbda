// SPDX-License-Identifier: MIT
// pan: where a track sits between left and right. A mono track is panned by the constant-power law,
// a stereo track is balanced. Not a width control: nothing crosses from one channel into the other.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "dsp/ramp.h"
#include "units/gain.h"
#include "units/param_spec.h"

#include <array>
#include <atomic>
#include <vector>

namespace gainstage::process {

// clang-format off
inline constexpr ParamSpec pan_params[] = {
    // id         label       unit         min  default  max
    {"position",  "Position", Unit::ratio, -1.0,   0.0,  1.0},
};

// clang-format on

struct SideGains {
    Gain left;
    Gain right;
};

/// Mono to stereo. position -1 (left) to +1 (right), clamped.
///   law     left = cos(a), right = sin(a), a = (position + 1) pi / 4: left^2 + right^2 = 1, so the
///   power, and with it
///           the loudness in a room, stays equal; -3.01 dB each in the middle, 0 dB and silence at
///           the ends
SideGains pan_gains(double position) noexcept;

/// Stereo. The side turned away from falls along the same curve, the other stays at 0 dB: balance
/// never adds level, and in the middle the track is untouched.
///   law     far side = sqrt(2) sin((1 - |position|) pi / 4)
SideGains balance_gains(double position) noexcept;

/// A mono input gives a stereo output; any other layout keeps its channels: those on the left take
/// the left gain, those on the right the right gain, and centre, LFE and unknown ones are
/// untouched.
class Pan {
public:
    void prepare(const audio::Spec& spec); // [main, inactive] allocates; throws on an unusable Spec
    void reset() noexcept;                 // [audio] at the set position at once
    void set_position(double position) noexcept; // [any] wait-free; reached within the ramp

    /// [audio] 0..max_frames frames of both. In place where the number of channels stays the same;
    /// for mono, `in` may be the first channel of `out`.
    void process(audio::ConstAudioView in, audio::AudioView out) noexcept;

    [[nodiscard]] int output_channels() const noexcept { return static_cast<int>(sides_.size()); }

    [[nodiscard]] static constexpr int latency_frames() noexcept { return 0; }

private:
    enum class Side { left, right, neither };
    void set_targets() noexcept;

    std::atomic<float> position_{0.0f};
    float heard_position_ = 0.0f;
    bool mono_ = false;
    std::vector<Side> sides_;
    std::array<dsp::Ramp, 2> ramps_;
    std::array<std::vector<float>, 2> factors_;
};

} // namespace gainstage::process
