// SPDX-License-Identifier: MIT
#include "measure/tone.h"

#include "audio/buffer.h"
#include "audio/io/source.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <vector>

namespace gainstage::measure {
namespace {

using Complex = std::complex<double>;

constexpr double tau = 2.0 * std::numbers::pi;

/// Sum of w x exp(-i omega n) over a Hann window of `size` frames from `from` on; omega in radians
/// a frame, n counted from the beginning of the samples.
Complex windowed(std::span<const float> samples, std::size_t from, std::size_t size, double omega) {
    Complex sum{0.0};
    for (std::size_t n = 0; n < size; ++n) {
        const double window =
            0.5 - 0.5 * std::cos(tau * (static_cast<double>(n) + 0.5) / static_cast<double>(size));
        sum += window * static_cast<double>(samples[from + n]) *
               std::polar(1.0, -omega * static_cast<double>(from + n));
    }
    return sum;
}

/// The frequency again, from how far the phase moves between windows of that size.
double refined(std::span<const float> samples, std::size_t size, double omega) {
    Complex turned{0.0};
    Complex before{0.0};
    for (std::size_t from = 0; from + size <= samples.size(); from += size) {
        const Complex here = windowed(samples, from, size, omega);
        turned += here * std::conj(before);
        before = here;
    }
    return omega + std::arg(turned) / static_cast<double>(size);
}

/// The mean square of what is left of such a window when the tone is taken out.
double power_without(std::span<const float> samples,
                     std::size_t from,
                     std::size_t size,
                     double omega,
                     Complex amplitude) {
    double sum = 0.0;
    for (std::size_t n = from; n < from + size; ++n) {
        const Complex tone = amplitude * std::polar(1.0, omega * static_cast<double>(n));
        const double rest = static_cast<double>(samples[n]) - tone.real();
        sum += rest * rest;
    }
    return sum / static_cast<double>(size);
}

} // namespace

Tone find_tone(std::span<const float> samples, Hertz sample_rate, Hertz nominal) {
    double omega = tau * nominal.value() / sample_rate.value();
    // Ever longer windows. The first is so short that its phase moves less than half a turn for 2.5
    // % of the frequency; each of the others needs an eighth of what the one before is sure of.
    const double first = sample_rate.value() / (2.0 * 0.025 * nominal.value());
    for (std::size_t size = std::bit_floor(static_cast<std::size_t>(first));
         2 * size <= samples.size() && size <= 32768; size *= 4) {
        omega = refined(samples, size, omega);
    }
    constexpr std::size_t window = 8192;
    const std::size_t size = std::min(window, samples.size());
    double tone_power = 0.0;
    double rest_power = 0.0;
    const std::size_t windows = size == 0 ? 0 : samples.size() / size;
    for (std::size_t at = 0; at < windows; ++at) {
        const Complex amplitude =
            4.0 / static_cast<double>(size) * windowed(samples, at * size, size, omega);
        tone_power += 0.5 * std::norm(amplitude);
        rest_power += power_without(samples, at * size, size, omega, amplitude);
    }
    if (!(tone_power > 0.0)) {
        return {nominal, DbfsRms::silence(), Gain::from_db(0.0)};
    }
    // No tone stands out by more than what its windows' rounding leaves.
    const double rest = std::max(rest_power, 1e-12 * tone_power);
    return {Hertz{omega * sample_rate.value() / tau},
            DbfsRms{10.0 * std::log10(2.0 * tone_power / static_cast<double>(windows))},
            Gain::from_power_ratio(tone_power / rest)};
}

Result<ToneRecording>
tone_recording(const std::filesystem::path& path, int channel, const audio::io::Watch& watch) {
    auto source = audio::io::open(path);
    if (!source) {
        return source.error();
    }
    const audio::io::StreamInfo info = (*source)->info();
    if (channel < 0 || channel >= info.layout.channels()) {
        return Error{ErrorKind::usage, path.string(),
                     "has " + std::to_string(info.layout.channels()) + " channels",
                     "name one of them, from 1 on"};
    }
    constexpr double most_s = 60.0;
    constexpr double least_s = 0.5;
    constexpr std::size_t block_frames = 4096;
    const double rate_hz = info.sample_rate.value();
    std::vector<float> samples;
    audio::AudioBuffer block(info.layout.channels(), block_frames);
    while (static_cast<double>(samples.size()) < most_s * rate_hz) {
        if (watch.stopped()) {
            return Error{ErrorKind::interrupted, "", "stopped", ""};
        }
        const auto read = (*source)->read(block.view());
        if (!read) {
            return read.error();
        }
        if (*read == 0) {
            break;
        }
        const auto part = block.channel(channel).first(*read);
        std::ranges::transform(part, std::back_inserter(samples),
                               [](float x) { return std::isfinite(x) ? x : 0.0f; });
        watch.advance(*read);
    }
    if (static_cast<double>(samples.size()) < least_s * rate_hz) {
        return Error{ErrorKind::unreadable, path.string(), "is shorter than half a second",
                     "record the tone for some seconds"};
    }
    return ToneRecording{std::move(samples), info.sample_rate};
}

Result<Tone> tone_of(const std::filesystem::path& path,
                     int channel,
                     Hertz nominal,
                     const audio::io::Watch& watch) {
    const auto recording = tone_recording(path, channel, watch);
    if (!recording) {
        return recording.error();
    }
    return find_tone(recording->samples, recording->sample_rate, nominal);
}

} // namespace gainstage::measure
