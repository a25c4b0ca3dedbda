// SPDX-License-Identifier: MIT
// Signal: a test signal of known levels at any sample rate, made block by block so that two minutes
// at 192 kHz take no memory. It knows nothing of what a meter should read; ideal.h does.
#pragma once

#include "audio/layout.h"
#include "audio/view.h"
#include "units/quantity.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace gainstage::conformance {

/// A stretch of a tone.
struct Piece {
    int milliseconds;
    double level_dbfs; ///< peak of the sine
};

inline constexpr double silent = -1000.0; ///< a level that is no signal at all

struct Signal {
    Hertz sample_rate{48000.0};
    audio::ChannelLayout layout;
    std::uint64_t frames = 0;
    /// Frames from `first` on into the view, all of which lie inside the signal.
    std::function<void(std::uint64_t first, audio::AudioView to)> fill;
};

/// One unbroken sine whose level steps; the same in every channel whose gain isn't `silent`.
///   frequency_hz  a whole number: a second of it is computed and repeated
Signal tone(Hertz sample_rate,
            int frequency_hz,
            std::vector<Piece> pieces,
            audio::ChannelLayout layout,
            std::vector<double> channel_gains_db = {}); // none: 0 dB in all

/// `samples` in every channel.
Signal from_samples(Hertz sample_rate, std::vector<float> samples, audio::ChannelLayout layout);

enum class Shape { sine, square, triangle };

/// One second of `shape` at full scale and 1000 / 8 = 125 Hz, whose period is a whole number of
/// samples at 48 kHz and its multiples.
std::vector<float> full_scale(Shape shape, Hertz sample_rate);

/// amplitude * sin(2 pi n / period + phase), a second long, faded in and out over 10 ms: EBU Tech
/// 3341 cases 15 to 19.
std::vector<float>
faded_sine(Hertz sample_rate, double period, double amplitude, double phase_degrees);

/// EBU Tech 3341 cases 20 to 23: one period of fs/4 at full scale inside fs/6 at half, made at four
/// times the rate, low-passed at half the sample rate, every fourth sample kept from `offset` on.
/// That one signal, before samples are dropped, is full_scale_period().
std::vector<float> decimated_period(Hertz sample_rate, std::size_t offset);
std::vector<double> full_scale_period(Hertz sample_rate);

} // namespace gainstage::conformance
