// SPDX-License-Identifier: MIT
// TruePeakDetector: the largest value that one channel's curve takes on its way through the
// samples. It finds a maximum; what a limiter needs, a value for every frame, is in
// inter_sample_peaks.
#pragma once

#include "dsp/true_peak_kernel.h"

#include <cstddef>
#include <span>
#include <vector>

namespace gainstage::dsp {

/// The largest magnitude of the band-limited signal, in two tiers: where the samples' size and
/// bends allow a new maximum, twice oversampled and a parabola; where that comes near one, 16 times
/// oversampled by a long kernel and a parabola over those points.
///   in      finite samples, linear, full scale = 1.0
///   out     linear magnitude, never below the sample peak
///   error   64 taps: kernel flat within 0.001 dB up to 0.4535 fs (20 kHz at 44.1 kHz); 256 taps:
///           within 0.001 dB up to 0.488 fs. Peaks that stand alone are within 0.002 dB of the
///           curve that this kernel draws; in white noise, 0.03 dB low at worst (a peak that the
///           second tier was not shown)
///   source  ITU-R BS.1770-5 Annex 2 asks for four times at 48 kHz and allows better; its own
///           filter reads up to 0.24 dB low on music
class TruePeakDetector {
public:
    static constexpr std::size_t everyday_taps = 64; ///< a meter's
    static constexpr std::size_t proof_taps = 256;   ///< for a promise about a written file

    explicit TruePeakDetector(std::size_t taps = everyday_taps); // [main] one of the two

    void reset() noexcept; // [audio]

    /// The next samples. The largest magnitude from latency_frames() before them on, if that is
    /// above `floor`; otherwise some value that isn't. A floor makes it several times cheaper.
    /// Before the stream there is silence. [audio]
    float peak(std::span<const float> in, float floor = 0.0f) noexcept;

    /// The same for the silence after the stream: what is still in the kernel. After it only
    /// reset() makes sense. [audio]
    float flush(float floor = 0.0f) noexcept;

    [[nodiscard]] std::size_t latency_frames() const noexcept { return taps_ / 2; }

private:
    static constexpr std::size_t chunk_frames = 512;

    [[nodiscard]] const float* samples() const noexcept { return memory_.data() + 1; }

    float search(std::size_t frames, float floor) noexcept;
    float search_cell(const float* x, std::size_t intervals, float floor) const noexcept;

    std::size_t taps_;
    const TruePeakTables* tables_;
    // One sample more than the kernel's past, which the first second difference needs; the past;
    // the new samples; and what the kernels read beyond them.
    std::vector<float> memory_;
    TruePeakBounds bounds_;
};

} // namespace gainstage::dsp
