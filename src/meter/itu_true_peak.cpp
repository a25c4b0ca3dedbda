// SPDX-License-Identifier: MIT
#include "meter/itu_true_peak.h"

#include <algorithm>
#include <cmath>

namespace gainstage::meter {

namespace {

constexpr std::size_t taps = ItuTruePeak::taps;
using Phase = std::array<float, taps>;

// ITU-R BS.1770-5 Annex 2, the table of coefficients, newest sample first. All are multiples of
// 2^-13: exact floats.
constexpr Phase phase_0{0.0017089843750f,  0.0109863281250f,  -0.0196533203125f, 0.0332031250000f,
                        -0.0594482421875f, 0.1373291015625f,  0.9721679687500f,  -0.1022949218750f,
                        0.0476074218750f,  -0.0266113281250f, 0.0148925781250f,  -0.0083007812500f};
constexpr Phase phase_1{-0.0291748046875f, 0.0292968750000f,  -0.0517578125000f, 0.0891113281250f,
                        -0.1665039062500f, 0.4650878906250f,  0.7797851562500f,  -0.2003173828125f,
                        0.1015625000000f,  -0.0582275390625f, 0.0330810546875f,  -0.0189208984375f};

constexpr Phase reversed(const Phase& phase) {
    Phase out{};
    std::ranges::reverse_copy(phase, out.begin());
    return out;
}

constexpr std::array<Phase, 4> phases{phase_0, phase_1, reversed(phase_1), reversed(phase_0)};

/// The most that any phase can make of samples of magnitude 1.
constexpr float most_gain = [] {
    float most = 0.0f;
    for (const Phase& phase : phases) {
        float sum = 0.0f;
        for (const float tap : phase) {
            sum += tap < 0.0f ? -tap : tap;
        }
        most = std::max(most, sum);
    }
    return most * 1.000001f; // above every rounding of the sums below
}();

/// samples: `taps` of them, oldest first
float peak_behind(const float* samples) noexcept {
    float peak = 0.0f;
    for (const Phase& phase : phases) {
        float sum = 0.0f;
        for (std::size_t i = 0; i < taps; ++i) {
            sum += phase[i] * samples[taps - 1 - i];
        }
        peak = std::max(peak, std::abs(sum));
    }
    return peak;
}

} // namespace

void ItuTruePeak::Channel::process(std::span<const float> samples, float sample_peak) noexcept {
    constexpr std::size_t held = taps - 1;
    if (most_gain * std::max(past_peak, sample_peak) > peak) {
        // The windows that begin among the samples held, then those within this cell.
        std::array<float, 2 * held> seam{};
        const std::size_t joined = std::min(samples.size(), held);
        std::ranges::copy(past, seam.begin());
        std::copy_n(samples.begin(), joined, seam.begin() + held);
        for (std::size_t n = 0; n < joined; ++n) {
            peak = std::max(peak, peak_behind(seam.data() + n));
        }
        for (std::size_t n = 0; n + taps <= samples.size(); ++n) {
            peak = std::max(peak, peak_behind(samples.data() + n));
        }
    }
    const std::size_t kept = std::min(samples.size(), held);
    std::shift_left(past.begin(), past.end(), static_cast<std::ptrdiff_t>(kept));
    std::ranges::copy(samples.last(kept), past.end() - static_cast<std::ptrdiff_t>(kept));
    past_peak = 0.0f;
    for (const float x : past) {
        past_peak = std::max(past_peak, std::abs(x));
    }
}

float ItuTruePeak::Channel::peak_to_the_end() const noexcept {
    Channel copy = *this;
    copy.process(std::array<float, taps - 1>{}, 0.0f);
    return copy.peak;
}

void ItuTruePeak::prepare(const audio::Spec& spec, const BridgeOptions& options) {
    wanted_ = options.itu_true_peak;
    channels_.resize(static_cast<std::size_t>(spec.channels()));
}

void ItuTruePeak::reset() noexcept { std::ranges::fill(channels_, Channel{}); }

void ItuTruePeak::process(const Cell& cell) noexcept {
    if (!wanted_) {
        return;
    }
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        channels_[c].process(cell.audio.channel(static_cast<int>(c)), cell.channels[c].sample_peak);
    }
}

void ItuTruePeak::read(Measurement& into) const {
    if (!wanted_) {
        return;
    }
    float highest = 0.0f;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        const float peak = channels_[c].peak_to_the_end();
        into.set(itu_true_peak, Dbtp::from_amplitude(static_cast<double>(peak)).db(),
                 static_cast<int>(c));
        highest = std::max(highest, peak);
    }
    into.set(itu_true_peak, Dbtp::from_amplitude(static_cast<double>(highest)).db());
}

} // namespace gainstage::meter
